import assert from 'node:assert/strict';
import path from 'node:path';
import type { LineIds } from '../../src/logs/line-ids.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { root, startChild } from '../child.ts';

export interface Ended {
  readonly lines: readonly string[];
  readonly stderr: string;
  readonly records: readonly LogRecord[];
  readonly failures: readonly string[];
  /** Errors that were logged: logger, class and message. */
  readonly logged: readonly string[];
}

const preload = path.join(root, 'test/fixtures/bridge/preload.ts');

/** Runs an application to its end; `off` is the control without bridges. */
export const run = async (
  script: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> => {
  const child = startChild({
    // Types are stripped by itself only from Node.js 22.18 on.
    args: [
      '--no-warnings',
      '--experimental-strip-types',
      '--import',
      preload,
      path.join(root, 'test/fixtures', script),
      ...args,
    ],
    env,
  });
  await child.exit(30_000);
  const [written = '', collected = ''] = child.stdout().split('\nrecords ');
  assert.ok(collected, `${child.stdout()}\n${child.stderr()}`);
  return { lines: written.trimEnd().split('\n'), stderr: child.stderr(), ...JSON.parse(collected) };
};

export const off: Readonly<Record<string, string>> = { BRIDGE: 'off' };
export const ids: LineIds = {
  trace_id: 'a'.repeat(32),
  span_id: '1'.repeat(16),
  trace_flags: '01',
};

/** A line of JSON without the ids, and whether it had them all. */
const withoutIds = (line: string): string =>
  Object.entries(ids).reduce((text, [name, value]) => text.replace(`,"${name}":"${value}"`, ''), line);

const stable = (line: string): string =>
  withoutIds(line).replaceAll(/"(?:durationMs|time|pid)":(?:\d+|"[^"]*"),?/g, '');

/** The lines are those of the control but for the ids, and each is one record. */
export const assertBridged = async (
  script: string,
  args: readonly string[],
  { unbridged = 0, marked }: { readonly unbridged?: number; readonly marked: number },
): Promise<Ended> => {
  const [bridged, control] = await Promise.all([run(script, args), run(script, args, off)]);
  assert.deepEqual(bridged.failures, []);
  // Sorted, as loggers write to streams of their own.
  assert.deepEqual(bridged.lines.map(stable).sort(), control.lines.map(stable).sort());
  assert.equal(bridged.stderr, control.stderr);
  assert.deepEqual(control.records, []);
  assert.ok(!control.lines.join().includes(ids.trace_id));
  assert.equal(
    bridged.lines.filter(line => line !== withoutIds(line)).length,
    marked,
    bridged.lines.join('\n'),
  );
  assert.equal(
    bridged.records.length,
    bridged.lines.length - unbridged,
    JSON.stringify(bridged.records, null, 1),
  );
  return bridged;
};
