import type { LoggerProvider } from '@opentelemetry/api';
import type { Redaction } from '../redaction/redaction.ts';
import type { TakeAtExit } from '../transport/exit-post.ts';
import { type AttributeLimitSettings, recordLimits } from './attribute-limits.ts';
import { createLoggerProvider } from './logger-provider.ts';
import { createOutgoing, type OutgoingRecord } from './outgoing-record.ts';
import type { EmitRecord } from './record.ts';
import {
  createRecordDestination,
  type RecordDestinationOptions,
  type RecordTarget,
} from './record-destination.ts';
import { activeContext } from './span-context.ts';

export interface LoggingOptions extends RecordDestinationOptions {
  readonly settings: RecordDestinationOptions['settings'] & AttributeLimitSettings;
  readonly resource: Readonly<Record<string, string>>;
  /** Takes secrets out of what the application emits through OpenTelemetry's API. */
  readonly redaction: Redaction;
  readonly targets: readonly RecordTarget[];
}

export interface Logging {
  readonly emit: EmitRecord;
  /** For applications that log through OpenTelemetry's API. */
  readonly provider: LoggerProvider;
  /** Delivers what is held, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  readonly takeAtExit: TakeAtExit;
  readonly stop: () => void;
}

/** Bound now, so that an application's fake timers do not become our clock. */
const wallClock = Date.now.bind(Date);

/** Sends log records, ours and the application's. Sets no globals. */
export const createLogging = (options: LoggingOptions): Logging => {
  const { settings, resource, redaction, targets, onDropped } = options;
  const destinations = targets.map(target => createRecordDestination(target, options));
  const shared = { resource: { attributes: resource }, limits: recordLimits(settings), wallClock };
  const outgoing = createOutgoing(shared);
  let open = true;

  const add = (record: OutgoingRecord): void => {
    for (const destination of destinations) destination.add(record);
  };
  const onInvalid = (): void => onDropped('invalid_record', 1);

  return {
    emit: record => {
      try {
        add(outgoing(record));
      } catch {
        onInvalid();
      }
    },
    provider: createLoggerProvider({
      ...shared,
      redaction,
      timeOrigin: performance.timeOrigin,
      activeContext,
      add,
      onInvalid,
      isOpen: () => open,
    }),
    flush: async () => {
      await Promise.allSettled(destinations.map(destination => destination.flush()));
    },
    takeAtExit: () => destinations.flatMap(destination => destination.takeAtExit()),
    stop: () => {
      open = false;
      for (const destination of destinations) void destination.close();
    },
  };
};
