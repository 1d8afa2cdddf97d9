import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import type winston from 'winston';
import type { BridgeOptions } from '../../src/logs/bridge-options.ts';
import type { LineIds } from '../../src/logs/line-ids.ts';
import type { LogRecord, LogTrace } from '../../src/logs/record.ts';
import { patchWinston } from '../../src/logs/winston/patch.ts';
import type { Json, JsonObject } from '../../src/redaction/redaction.ts';
import { root } from '../child.ts';

export type Winston = typeof winston;

/** Stands for redaction: one word is secret, and what is no plain data becomes it by JSON. */
const text = (value: string): string => value.replaceAll('hunter2', '[hidden]');
const data = (value: unknown): Json => {
  try {
    const json = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
    return json === undefined ? String(value) : JSON.parse(text(json));
  } catch {
    return text(inspect(value));
  }
};
const read = (object: object, name: string): unknown => {
  try {
    return (object as Record<string, unknown>)[name];
  } catch {
    return '[unreadable]';
  }
};
const namesOf = (object: object): readonly string[] => {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
};
const properties = (object: object, skip?: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(
    namesOf(object)
      .filter(name => !skip?.has(name) && read(object, name) !== undefined)
      .map(name => [name, data(read(object, name))]),
  );

const traces = new AsyncLocalStorage<LogTrace>();

export const traceA: LogTrace = { traceId: 'a'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };
export const traceB: LogTrace = { traceId: 'b'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 };
export const idsA: LineIds = { trace_id: traceA.traceId, span_id: traceA.spanId, trace_flags: '01' };

export const inTrace = <Result>(trace: LogTrace | undefined, run: () => Result): Result =>
  trace === undefined ? traces.exit(run) : traces.run(trace, run);

export interface Collected extends BridgeOptions {
  readonly collected: LogRecord[];
  readonly failures: unknown[];
}

export const collect = (): Collected => {
  const collected: LogRecord[] = [];
  const failures: unknown[] = [];
  return {
    collected,
    failures,
    records: { emit: record => collected.push(record), redaction: { text, data, properties } },
    activeTrace: () => traces.getStore(),
    now: () => 1_700_000_000_000,
    onFailure: (hook, error) => failures.push(`${hook}: ${error}`),
  };
};

export const winstonFolders: Readonly<Record<string, string>> = {
  '3.19': root,
  '3.8': path.join(root, 'test/fixtures/loggers'),
};

/** A copy of a package that nobody else has. */
export const fresh = <Exports>(
  folder: string,
  name: string,
): { exports: Exports; inner: (file: string) => unknown } => {
  const require = createRequire(path.join(folder, 'script.js'));
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(path.join(folder, 'node_modules', name, path.sep))) delete require.cache[file];
  }
  return {
    exports: require(name),
    inner: file => require(path.join(folder, 'node_modules', name, file)),
  };
};

export interface Patched extends Collected {
  readonly winston: Winston;
  readonly undo: () => void;
}

/** A fresh copy of Winston with our patch; `plain` without it. */
export const patchedWinston = (folder: string = root, options: Partial<BridgeOptions> = {}): Patched => {
  const { exports, inner } = fresh<Winston>(folder, 'winston');
  const collecting = collect();
  const undo = patchWinston(inner('lib/winston/logger.js'), {
    ...collecting,
    silently: undefined,
    ...options,
  });
  if (undo === undefined) throw new Error('the patch was not applied');
  return { ...collecting, winston: exports, undo };
};

export const plainWinston = (folder: string = root): Winston => fresh<Winston>(folder, 'winston').exports;

/** A transport that keeps its lines. */
export const linesTo = (
  { transports }: Winston,
  options: Record<string, unknown> = {},
): { readonly lines: string[]; readonly transport: winston.transport } => {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk).replace(/\n$/, ''));
      done();
    },
  });
  return { lines, transport: new transports.Stream({ stream, ...options }) };
};
