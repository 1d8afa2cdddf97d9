import { Console } from 'node:console';
import type { Destination } from '../otlp/destination.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

/**
 * Each record as one line of JSON on standard output, with what the SDK's exporter shows. By a console of our own: that of
 * the application may be made into log records, and a stream whose other end is gone would end the process.
 */
export const createConsoleDestination = (stdout: NodeJS.WritableStream): Destination<OutgoingRecord> => {
  const console = new Console({ stdout, ignoreErrors: true });
  return {
    // Not as a format: a text may hold a percent sign.
    add: record => console.log('%s', JSON.stringify(shown(record))),
    flush: async () => {},
    close: async () => {},
    deliverAtExit: () => () => {},
  };
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
