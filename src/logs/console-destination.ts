import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Destination } from '../otlp/destination.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

/**
 * Each record as one line of JSON on standard output, with what the SDK's exporter shows.
 *
 * @param onFailed told of each record that cannot be written, as its reader has gone away or does not read
 */
export const createConsoleDestination = (onFailed: () => void): Destination<OutgoingRecord> => {
  /** A part of the last line may have been written. */
  let torn = false;
  return {
    add: record => {
      try {
        writeLine(`${torn ? '\n' : ''}${JSON.stringify(shown(record))}\n`);
        torn = false;
      } catch {
        torn = true;
        onFailed();
      }
    },
    flush: async () => {},
    close: async () => {},
    beginAtExit: () => () => {},
  };
};

/** Milliseconds for which a record waits for a reader that is slow. */
const longestWait = 100;

/**
 * Straight to the descriptor: a stream whose other end has gone away would end the process, and the console of the
 * application may be made into log records itself. Waits for its reader, as the application's own lines do.
 */
const writeLine = (line: string): void => {
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

/** The pipe that standard output is, opened once more: Node.js makes its own descriptor one that refuses when it is full. */
const pipe = (): number | undefined => {
  try {
    if (process.platform !== 'linux' || !fstatSync(1).isFIFO()) return undefined;
    return openSync('/proc/self/fd/1', constants.O_WRONLY);
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
