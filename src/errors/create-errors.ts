import { randomBytes } from 'node:crypto';
import { wallClock } from '../host/time.ts';
import type { RequestObservation } from '../http/observation.ts';
import type { ErrorLine } from '../logs/error-line.ts';
import type { LogRecord, LogTrace } from '../logs/record.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Settings } from '../settings/table.ts';
import type { TakeAtExit } from '../transport/exit-post.ts';
import { type AlertOutcome, createAlertDelivery } from './alert-delivery.ts';
import type { ErrorMonitoringOptions } from './api.ts';
import { type Capture, createCapture } from './capture.ts';
import { realClock } from './clock.ts';
import { createFloodControl, type FloodControl, type Kind } from './flood/flood-control.ts';
import { createMarks } from './flood/marks.ts';
import { createTokenBucket } from './flood/token-bucket.ts';
import { createFunnel, type EventOutcome } from './funnel.ts';
import { withOptions } from './options.ts';
import { withPatience } from './patience.ts';
import { failedAlertLine, reportLine, warningLine } from './report-line.ts';
import { createSendAlert, type SendAlert } from './send-alert.ts';
import type { AlertSeverity } from './severity.ts';
import { createSinks, type Sinks } from './sinks.ts';

export interface ErrorsOptions {
  readonly settings: Settings;
  readonly service: string;
  readonly version: string;
  readonly redaction: () => Redaction;
  /** The last log lines of a trace. */
  readonly linesOf: (traceId: string) => readonly LogRecord[];
  /** The active span, sampled or not. */
  readonly activeTrace: () => LogTrace | undefined;
  /** The request that the application is handling right now, where that is known. */
  readonly currentRequest: () => RequestObservation | undefined;
  readonly logLine: (line: ErrorLine) => void;
  readonly onEvent: (outcome: EventOutcome) => void;
  readonly onAlert: (outcome: AlertOutcome) => void;
  readonly report: (line: string) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface Errors {
  readonly capture: Capture;
  readonly sendAlert: SendAlert;
  readonly logWarning: (warning: Error) => void;
  readonly configure: (options: ErrorMonitoringOptions) => void;
  /** Reports the repeats that were counted so far. */
  readonly endWindows: () => void;
  /** Delivers what waits, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  readonly takeAtExit: TakeAtExit;
  readonly stop: () => void;
}

/** Lines about errors at once, and milliseconds in which one more is written. */
const lineBurst = 100;
const lineMs = 100;

/** Kinds of errors that are told apart within a window. */
const mostKinds = 500;

/** The funnel, the services behind it, and what takes errors to it. */
export const createErrors = (options: ErrorsOptions): Errors => {
  const { logLine, onEvent, onAlert, onFailure, activeTrace } = options;
  let { settings } = options;
  const redaction = options.redaction();
  let sinks = createSinks(settings, options, redaction);
  /** Those that others have taken the place of, until they have sent what they hold. */
  const leaving = new Set<Sinks>();

  const floods: Pick<FloodControl<unknown>, 'endAll' | 'stop'>[] = [];
  const flood = <Kept>(onWindowEnd: (kind: Kind<Kept>, ms: number) => boolean): FloodControl<Kept> => {
    const { alertWindow: windowMs } = settings;
    const made = createFloodControl({ windowMs, capacity: mostKinds, onWindowEnd, clock: realClock });
    floods.push(made);
    return made;
  };
  const threshold = (severity: AlertSeverity, route?: string): number =>
    settings.alertThresholds[route ?? ''] ?? settings.alertThresholds[severity] ?? 1;

  const delivery = createAlertDelivery({
    sink: () => sinks.slack,
    minSeverity: settings.alertMinSeverity,
    onOutcome: onAlert,
    logFailure: alert => logLine(failedAlertLine(alert)),
    onFailure,
    clock: realClock,
  });
  const funnel = createFunnel({
    ...{ redaction, flood, threshold, onFailure, wallClock },
    marks: createMarks(),
    logTokens: createTokenBucket({ burst: lineBurst, refillMs: lineMs, now: realClock.now }),
    sentry: () => sinks.sentry,
    alert: alert => {
      if (delivery.isWanted(alert.severity)) void delivery.deliver(alert, false);
    },
    title: () => settings.alertTitle,
    log: (report, eventId) => logLine(reportLine(report, eventId)),
    onOutcome: onEvent,
    withPatience: (id, isAwaited) => withPatience(id, undefined, isAwaited, realClock),
    newId: () => randomBytes(16).toString('hex'),
  });
  const endWindows = (): void => {
    for (const { endAll } of floods) endAll();
  };

  return {
    capture: createCapture({ ...options, funnel, redaction, logged: createMarks() }),
    sendAlert: createSendAlert({
      ...{ delivery, redaction, flood, threshold, activeTrace, wallClock, onFailure },
      onOutcome: onAlert,
    }),
    logWarning: warning => logLine(warningLine(warning, redaction, activeTrace())),
    configure: given => {
      const before = sinks;
      settings = withOptions(settings, given, options.report);
      sinks = createSinks(settings, options, redaction);
      leaving.add(before);
      void before.flush().then(() => {
        before.stop();
        leaving.delete(before);
      });
    },
    endWindows,
    flush: async () => void (await Promise.all([sinks, ...leaving].map(({ flush }) => flush()))),
    takeAtExit: () => [sinks, ...leaving].flatMap(({ takeAtExit }) => takeAtExit()),
    stop: () => {
      for (const { stop } of floods) stop();
      for (const { stop } of [sinks, ...leaving]) stop();
    },
  };
};
