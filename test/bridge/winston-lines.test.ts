import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type winston from 'winston';
import type { LogTrace } from '../../src/logs/record.ts';
import {
  idsA,
  inTrace,
  linesTo,
  patchedWinston,
  plainWinston,
  traceA,
  traceB,
  type Winston,
  winstonFolders,
} from './loggers.ts';
import { calls, formats } from './winston-calls.ts';

const message = Symbol.for('message');

interface Run {
  readonly winston: Winston;
  readonly format: keyof typeof formats;
  readonly call: keyof typeof calls;
  readonly trace?: LogTrace;
  /** Ids that the application sets by itself, before any other format. */
  readonly ownIds?: object;
}

/** Everything that a call writes and throws. */
const run = ({ winston, format: name, call, trace, ownIds }: Run): object => {
  const written: string[] = [];
  const original = console.error;
  console.error = (...parts: unknown[]) => written.push(parts.map(part => inspect(part)).join(' '));
  const { lines, transport } = linesTo(winston);
  const own = linesTo(winston, { format: winston.format.json() });
  const format = formats[name]?.(winston) ?? winston.format.json();
  const adding = winston.format(info => Object.assign(info, ownIds))();
  const logger = winston.createLogger({
    level: 'debug',
    defaultMeta: { service: 'test' },
    format: ownIds === undefined ? format : winston.format.combine(adding, format),
    transports: [transport, own.transport],
  });
  let thrown: unknown;
  try {
    inTrace(trace, () => calls[call]?.(logger));
  } catch (error) {
    thrown = error;
  } finally {
    console.error = original;
  }
  return { lines, own: own.lines, written, thrown: thrown === undefined ? undefined : String(thrown) };
};

/** A format cannot add fields to these; nor do we, but for what is frozen or sealed. */
const unchangeable: ReadonlySet<string> = new Set([
  'frozen',
  'frozen by log',
  'sealed',
  'a throwing getter',
  'a throwing proxy',
  'ids of its own',
]);

const showsIds = (result: object): boolean => JSON.stringify(result).includes(idsA.trace_id);

for (const [version, folder] of Object.entries(winstonFolders)) {
  describe(`the lines of Winston ${version}`, () => {
    const cases = Object.keys(formats).flatMap(format => [
      { format, name: format, options: {} },
      { format, name: `${format}, errors are seen`, options: { onLoggedError: () => {} } },
    ]);
    for (const { format, name, options } of cases) {
      test(`are those of Winston alone but for the ids: ${name}`, () => {
        const { winston, failures, undo } = patchedWinston(folder, options);
        for (const call of Object.keys(calls)) {
          const plain = plainWinston(folder);
          const expected = run({ winston: plain, format, call });
          assert.deepEqual(run({ winston, format, call }), expected, `${call} outside of a trace`);
          const traced = run({ winston, format, call, trace: traceA });
          if (unchangeable.has(call)) {
            if (!/^(frozen|sealed)/.test(call)) assert.deepEqual(traced, expected, call);
            continue;
          }
          assert.deepEqual(traced, run({ winston: plain, format, call, ownIds: idsA }), call);
        }
        assert.deepEqual(failures, []);
        const hello = { winston, format, call: 'text', trace: traceA } as const;
        assert.equal(showsIds(run(hello)), !['dropping', 'throwing', 'another object'].includes(format));
        undo();
        assert.ok(!showsIds(run(hello)));
      });
    }

    test('have the ids of the trace in which they were written, behind a transport that is slow', async () => {
      const { winston, collected } = patchedWinston(folder);
      const lines: Record<string, unknown>[] = [];
      type Constructor = new (options: object) => winston.transport;
      const slow = new (winston as unknown as { Transport: Constructor }).Transport({
        log: (info: Record<symbol, string>, done: () => void) => {
          lines.push(JSON.parse(info[message] ?? ''));
          setTimeout(done, 1);
        },
      });
      const logger = winston.createLogger({ transports: [slow] });
      for (let number = 0; number < 100; number++)
        inTrace(number % 2 === 0 ? traceA : traceB, () => logger.info('hello', { number }));
      assert.ok(lines.length < 100, 'nothing waits');
      while (lines.length < 100) await new Promise(resolve => setTimeout(resolve, 5));
      for (const { number, trace_id } of lines)
        assert.equal(trace_id, Number(number) % 2 === 0 ? traceA.traceId : traceB.traceId, String(number));
      assert.deepEqual(
        collected.map(({ attributes, trace }) => [attributes.number, trace?.traceId]),
        lines.map(({ number, trace_id }) => [number, trace_id]),
      );
    });

    test('have no ids of an earlier trace, whatever object is logged again', () => {
      const { winston } = patchedWinston(folder);
      const { lines, transport } = linesTo(winston);
      const logger = winston.createLogger({ transports: [transport] });
      const info = { level: 'info', message: 'again' };
      const error = new Error('again');
      for (const log of [
        () => logger.log(info),
        () => logger.log('info', 'text', info),
        () => logger.info(info),
        () => logger.child({}).info(info as never),
        () => logger.error(error),
        () => logger.error('text', error),
        () => logger.child({}).error(error),
      ]) {
        lines.length = 0;
        inTrace(traceA, log);
        inTrace(undefined, log);
        inTrace(traceB, log);
        const ids = lines.map(line => JSON.parse(line).trace_id);
        assert.deepEqual(ids, [traceA.traceId, undefined, traceB.traceId], `${log}\n${lines.join('\n')}`);
      }
      assert.ok(!('trace_id' in info) && !('trace_id' in error));
    });

    test('are marked when the first is logged before anything traces', () => {
      const { winston } = patchedWinston(folder, { records: undefined });
      const { lines, transport } = linesTo(winston);
      const logger = winston.createLogger({ transports: [transport] });
      logger.info('before');
      inTrace(traceA, () => logger.info('after'));
      assert.deepEqual(
        lines.map(line => JSON.parse(line)),
        [
          { level: 'info', message: 'before' },
          { level: 'info', message: 'after', ...idsA },
        ],
      );
    });
  });
}
