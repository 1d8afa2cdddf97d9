import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  type Difference,
  differenceOf,
  find,
  nothing,
  runWriter,
  type Sink,
  type Writer,
  withDirectory,
} from './writer.ts';

/** Names and sizes of a directory's files. */
const filesOf = (directory: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map(name => [name, statSync(path.join(directory, name)).size]),
  );

const numbersOf = (directory: string, name: string): readonly number[] =>
  readFileSync(path.join(directory, name), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => Number(line.split(' ')[1]));

/** Files and what was found in them after a writer, or some one after the other. */
const after = async (
  writers: readonly Omit<Writer, 'directory'>[],
  check: (directory: string) => void,
  before: (directory: string) => void = () => {},
): Promise<void> =>
  withDirectory(async directory => {
    before(directory);
    for (const writer of writers) {
      const child = await runWriter({ directory, ...writer });
      assert.equal(child.stdout() + child.stderr(), '');
    }
    check(directory);
  });

describe('rotation', { concurrency: 2 }, () => {
  const full = async (
    sink: Sink,
  ): Promise<{ readonly difference: Difference; readonly sizes: readonly number[] }> => {
    let found = { difference: nothing, sizes: [] as readonly number[] };
    const lines = 300_000;
    await after([{ sink, lines, maxBytes: 1_000_000, maxFiles: 1_000, end: 'itself' }], directory => {
      const sizes = Object.values(filesOf(directory));
      found = { difference: differenceOf(find(directory), lines), sizes };
    });
    return found;
  };

  test('300,000 lines at full speed through 61 files: none is lost or torn, each is there once', async () => {
    const { difference, sizes } = await full('ours');
    assert.deepEqual(difference, nothing);
    assert.equal(sizes.length, 61);
    // As winston means it to be: with the line that makes it full.
    for (const size of sizes) assert.ok(size < 1_000_000 + 201, `${size} bytes`);
  });

  test("the control: winston's own transport loses lines", async t => {
    const { difference } = await full('winston');
    t.diagnostic(`${difference.lost} lost, ${difference.torn.length} torn`);
    assert.ok(difference.lost > 0, 'the test would not see a loss');
  });

  for (const maxFiles of [1, 2, 5]) {
    test(`at most ${maxFiles} files are kept, with winston's names for the same lines`, async () => {
      // Winston sees that a file is full only after the line was written, and would sometimes write one more.
      const writer = { lines: 58, length: 199, maxBytes: 1_000, maxFiles, together: 1, pauseMs: 20 };
      const files: Readonly<Record<string, number>>[] = [];
      const check = (directory: string): void => void files.push(filesOf(directory));
      await after([{ sink: 'winston', ...writer }], check);
      await after([{ sink: 'ours', ...writer, pauseMs: 0 }], check);
      const [winston = {}, ours = {}] = files;
      assert.deepEqual(Object.keys(ours), Object.keys(winston));
      assert.equal(Object.keys(ours).length, maxFiles);
      const { 'combined11.log': last, ...full } = ours;
      assert.equal(last, 600);
      for (const [name, size] of Object.entries(full)) assert.equal(size, 1_000, name);
    });
  }

  const restarted: readonly Omit<Writer, 'directory' | 'sink'>[] = [
    { lines: 38, length: 199, maxBytes: 1_000, maxFiles: 3, together: 1, pauseMs: 15 },
    { lines: 4, length: 199, maxBytes: 1_000, maxFiles: 3, together: 1, pauseMs: 15, from: 39 },
  ];

  test('a restart goes on with the newest file, and then with the next number', () =>
    after(
      restarted.map(writer => ({ sink: 'ours', ...writer, pauseMs: 0 })),
      directory => {
        assert.deepEqual(Object.keys(filesOf(directory)), [
          'combined6.log',
          'combined7.log',
          'combined8.log',
        ]);
        assert.deepEqual(numbersOf(directory, 'combined7.log'), [36, 37, 38, 39, 40]);
        assert.deepEqual(numbersOf(directory, 'combined8.log'), [41, 42]);
      },
    ));

  test("the control: winston's own transport goes on with a new first file", () =>
    after(
      restarted.map(writer => ({ sink: 'winston', ...writer })),
      directory => assert.deepEqual(numbersOf(directory, 'combined.log'), [39, 40, 41, 42]),
    ));

  for (const [title, line] of [
    ['one line larger than a file', 2_000_000],
    ['one line larger than what is held, and smaller than a file', 500_000],
  ] as const) {
    test(`${title} is written whole, and its neighbours are kept`, () =>
      after(
        [
          { sink: 'ours', lines: 500, maxBytes: 1_000_000 },
          { sink: 'ours', from: 501, lines: 1, length: line, maxBytes: 1_000_000 },
          { sink: 'ours', from: 502, lines: 9_000, maxBytes: 1_000_000 },
        ],
        directory => assert.deepEqual(differenceOf(find(directory), 9_501), nothing),
      ));
  }

  test('a file that ends in half a line gets an end of line first', () =>
    after(
      [{ sink: 'ours', lines: 3 }],
      directory => {
        const found = find(directory);
        assert.deepEqual(found.torn, ['half a li']);
        assert.deepEqual({ ...differenceOf(found, 3), torn: [] }, nothing);
      },
      directory => writeFileSync(path.join(directory, 'combined.log'), 'half a li'),
    ));

  test("the control: winston's own transport appends to the half of it", () =>
    after(
      [{ sink: 'winston', lines: 3 }],
      directory => assert.equal(differenceOf(find(directory), 3).lost, 1),
      directory => writeFileSync(path.join(directory, 'combined.log'), 'half a li'),
    ));

  test('files of others, with a date or another name, are neither gone on with nor deleted', () => {
    const strangers = [
      'combined-1.log',
      'combined01.log',
      'combined20261124.log',
      'combined.log.1',
      'error7.log',
    ];
    return after(
      [{ sink: 'ours', lines: 20, length: 199, maxBytes: 1_000, maxFiles: 2, together: 1 }],
      directory =>
        assert.deepEqual(
          Object.keys(filesOf(directory)),
          [...strangers, 'combined2.log', 'combined3.log'].sort(),
        ),
      directory => {
        for (const name of strangers) writeFileSync(path.join(directory, name), '');
      },
    );
  });
});
