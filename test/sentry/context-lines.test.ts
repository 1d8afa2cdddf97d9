import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Event, StackFrame } from '@sentry/core';
import { createContextLines } from '../../src/errors/sentry/context-lines.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'context-lines-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
};
const eventOf = (...frames: readonly StackFrame[]): Event => ({
  exception: { values: [{ stacktrace: { frames: [...frames] } }] },
});
const framesOf = ({ exception }: Event): readonly StackFrame[] =>
  exception?.values?.[0]?.stacktrace?.frames ?? [];
const create = () => createContextLines(createRedaction([]));
/** The frame with what is read for it. */
const shown = async (frame: StackFrame, lines = create()): Promise<StackFrame> => {
  const event = eventOf({ in_app: true, colno: 1, ...frame });
  await lines.load(event);
  const [one] = framesOf(lines.shownIn(event));
  assert.ok(one);
  return one;
};
const numbered = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');

describe('context lines', () => {
  test('are five before a place, its own, and five behind it', async () => {
    const filename = file('numbered.ts', numbered);
    const { pre_context, context_line, post_context } = await shown({ filename, lineno: 8 });
    assert.deepEqual(
      [pre_context, context_line, post_context],
      [
        ['line 3', 'line 4', 'line 5', 'line 6', 'line 7'],
        'line 8',
        ['line 9', 'line 10', 'line 11', 'line 12', 'line 13'],
      ],
    );
    const first = await shown({ filename, lineno: 1 });
    assert.deepEqual([first.pre_context, first.post_context?.length], [[], 5]);
    const last = await shown({ filename, lineno: 20 });
    assert.deepEqual([last.pre_context?.length, last.post_context], [5, []]);
    const windows = file('windows.js', numbered.replaceAll('\n', '\r\n'));
    assert.equal((await shown({ filename: windows, lineno: 2 })).context_line, 'line 2');
  });

  test('are of the application alone, of sources that are there and of a size', async () => {
    const inPackage = file('node_modules/a/index.js', numbered);
    const huge = file('huge.js', `${numbered}\n${'x'.repeat(1_000_001)}`);
    const environment = file('.env', numbered);
    const pipe = path.join(folder, 'pipe.js');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(path.join(folder, 'folder.js'));
    const frames: readonly StackFrame[] = [
      { filename: inPackage, lineno: 3, in_app: false },
      { filename: huge, lineno: 3 },
      { filename: environment, lineno: 3 },
      { filename: pipe, lineno: 1 },
      { filename: path.join(folder, 'folder.js'), lineno: 1 },
      { filename: path.join(folder, 'missing.js'), lineno: 1 },
      { filename: '/etc/passwd', lineno: 1 },
      { filename: 'relative.js', lineno: 1 },
      { filename: file('short.js', numbered), lineno: 21 },
      { filename: file('zero.js', numbered), lineno: 0 },
    ];
    for (const frame of frames) {
      assert.equal((await shown(frame)).context_line, undefined, frame.filename);
    }
    assert.equal((await shown({ filename: file('a.mjs', numbered), lineno: 3 })).context_line, 'line 3');
  });

  test('hold no secret', async () => {
    const base64 = Buffer.alloc(3_000, 'secret')
      .toString('base64')
      .replace(/(.{64})/g, '$1\n');
    const filename = file(
      'secrets.js',
      [
        `connect('postgres://admin:hunter2@db/shop');`,
        `const password = 'hunter2';`,
        `headers.authorization = 'Bearer hunter2hunter2hunter2';`,
        'throw new Error();',
        `const key = \`-----BEGIN PRIVATE KEY-----`,
        base64,
        '-----END PRIVATE KEY-----`;',
        `const other = '${base64.slice(0, 64)}' +`,
      ].join('\n'),
    );
    const all: StackFrame[] = [];
    for (let lineno = 1; lineno < 70; lineno++) all.push(await shown({ filename, lineno }));
    const sent = JSON.stringify(
      all.map(({ pre_context, context_line, post_context }) => [pre_context, context_line, post_context]),
    );
    assert.doesNotMatch(sent, /hunter2|c2VjcmV0/);
    assert.match(sent, /throw new Error/);
  });

  test('show of minified code what is around the column', async () => {
    const filename = file(
      'minified.js',
      `${'a,'.repeat(200_000)};boom();${'b,'.repeat(200_000)}\n${'c,'.repeat(4_500)}`,
    );
    const { context_line = '', post_context } = await shown({ filename, lineno: 1, colno: 400_002 });
    assert.equal(context_line.length, 200);
    assert.match(context_line, /^[a,]{90,110};boom\(\);[b,]+$/);
    assert.equal(post_context?.[0]?.length, 200);
    const atEnd = await shown({ filename, lineno: 1, colno: 800_000 });
    assert.match(atEnd.context_line ?? '', /^[b,]{200}$/);
  });

  test('are remembered, of a bounded number of places, and looked up without waiting', async () => {
    const lines = create();
    const filename = file('remembered.ts', numbered);
    const frame = { filename, lineno: 8, in_app: true, colno: 1 };
    assert.equal(framesOf(lines.shownIn(eventOf(frame)))[0]?.context_line, undefined);
    await shown(frame, lines);
    writeFileSync(filename, 'changed');
    assert.equal(framesOf(lines.shownIn(eventOf(frame)))[0]?.context_line, 'line 8');
    for (let colno = 2; colno < 300; colno++) await shown({ ...frame, lineno: 2, colno }, lines);
    assert.equal(framesOf(lines.shownIn(eventOf(frame)))[0]?.context_line, undefined, 'it was the oldest');
  });

  test('are read for the twenty places next to the error', async () => {
    const filename = file('many.ts', numbered);
    const frames = Array.from({ length: 50 }, (_, index) => ({
      ...{ filename, in_app: true },
      ...{ lineno: (index % 20) + 1, colno: index + 1 },
    }));
    const lines = create();
    await lines.load(eventOf(...frames));
    const read = framesOf(lines.shownIn(eventOf(...frames))).map(
      ({ context_line }) => context_line !== undefined,
    );
    assert.deepEqual(read, [...Array(30).fill(false), ...Array(20).fill(true)]);
  });
});
