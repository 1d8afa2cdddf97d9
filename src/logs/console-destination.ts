import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Destination } from '../otlp/destination.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

/**
 * Each record as one line of JSON on standard output, with what the SDK's exporter shows.
 *
 * @param onFailed told of each record that cannot be written, as its reader has gone away or does not read
 */
export const createConsoleDestination = (onFailed: () => void): Destination<OutgoingRecord> => {
  /** The last line was not written, or not as a whole: nobody is waited for until one is. */
  let failing = false;
  return {
    add: record => {
      try {
        const line = `${JSON.stringify(shown(record))}\n`;
        if (failing) write(`\n${line}`, 0);
        else write(line, longestWait);
        failing = false;
      } catch {
        failing = true;
        onFailed();
      }
    },
    flush: async () => {},
    close: async () => {},
    takeAtExit: () => [],
  };
};

/** Milliseconds for which a record waits for a reader that is slow. */
const longestWait = 100;

/**
 * Straight to the descriptor: a stream whose other end has gone away would end the process, and the console of the
 * application may be made into log records itself. Throws when its reader does not read for so many milliseconds.
 */
const write = (line: string, longestWait: number): void => {
  const descriptor = pipe() ?? 1;
  const bytes = Buffer.from(line);
  let waited = 0;
  try {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(descriptor, bytes, at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waited++ >= longestWait) throw error;
        Atomics.wait(pause, 0, 0, 1);
      }
    }
  } finally {
    if (descriptor !== 1) closeSync(descriptor);
  }
};

/** Nobody ever wakes who waits for it. */
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** The pipe that standard output is, opened once more: a full one that nobody reads refuses our line instead of holding us. */
const pipe = (): number | undefined => {
  try {
    if (process.platform !== 'linux' || !fstatSync(1).isFIFO()) return undefined;
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
};

/** Source: @opentelemetry/sdk-logs, ConsoleLogRecordExporter. */
const shown = ({
  hrTime: [seconds, nanoseconds],
  spanContext,
  resource,
  ...record
}: OutgoingRecord): object => ({
  resource: { attributes: resource.attributes },
  instrumentationScope: record.instrumentationScope,
  // Microseconds.
  timestamp: seconds * 1e6 + nanoseconds / 1e3,
  traceId: spanContext?.traceId,
  spanId: spanContext?.spanId,
  traceFlags: spanContext?.traceFlags,
  severityText: record.severityText,
  severityNumber: record.severityNumber,
  eventName: record.eventName,
  body: record.body,
  attributes: record.attributes,
});
