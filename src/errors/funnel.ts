import type { LogTrace } from '../logs/record.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Alert } from './alert.ts';
import { describeContext, describeError } from './describe.ts';
import { digestOf, type Kept, keptOf } from './digest.ts';
import { errorAlert } from './error-alert.ts';
import { type FloodControl, isFirst, type Kind } from './flood/flood-control.ts';
import type { Marks } from './flood/marks.ts';
import type { TokenBucket } from './flood/token-bucket.ts';
import type { ErrorReport, ErrorSource, ReportedRequest } from './report.ts';
import type { SentryItem } from './sentry/event.ts';
import type { AlertSeverity } from './severity.ts';
import type { Sink, SinkOutcome } from './sink.ts';

/** What is known about an error beside itself. */
export interface Circumstances {
  readonly severity: AlertSeverity;
  readonly trace: LogTrace | undefined;
  /** Redacted already. */
  readonly request?: ReportedRequest | undefined;
  readonly user?: string | undefined;
  /** As the application gave it. */
  readonly context?: unknown;
  /** The application has logged it itself: another line would say nothing new. */
  readonly isLogged?: boolean;
}

/** What became of an error, and of a digest, each of which has exactly one of these. Those of `SinkOutcome` are counted by the sink. */
export type EventOutcome =
  | SinkOutcome
  | 'not_configured'
  /** Only counted: it is told together with others like it. */
  | 'repeated'
  /** Of a digest that goes to Sentry, beside one of the others; one that does not has none. */
  | 'digest';

export interface FunnelOptions {
  readonly marks: Marks<Promise<string | undefined>>;
  readonly flood: (onWindowEnd: (kind: Kind<Kept>, ms: number) => boolean) => FloodControl<Kept>;
  /** Paces the lines in the log. */
  readonly logTokens: TokenBucket;
  readonly redaction: Redaction;
  /** `undefined`: none is configured. */
  readonly sentry: () => Pick<Sink<SentryItem>, 'hasRoom' | 'send'> | undefined;
  /** Tells people, if it is to; never throws. */
  readonly alert: (alert: Alert) => void;
  /** From how many occurrences within a window on people are told; infinity: never. */
  readonly threshold: (severity: AlertSeverity, route: string | undefined) => number;
  readonly title: () => string;
  /** @param eventId of the event in Sentry; `undefined`: there is none */
  readonly log: (report: ErrorReport, eventId: string | undefined) => void;
  readonly onOutcome: (outcome: EventOutcome) => void;
  readonly onFailure: (error: unknown) => void;
  /** What it comes to in time, or `undefined`: whoever waits for an id does not wait for a service that is down. */
  readonly withPatience: (id: Promise<string | undefined>, isAwaited: boolean) => Promise<string | undefined>;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

export interface Funnel {
  /**
   * Takes an error, whatever it is; the same one, or one that it has caused, only once.
   *
   * @param circumstances asked for only when the error is reported, with what was given for it: in a flood even a function
   *   made for each error would cost too much
   * @param isLast the process ends by it: unless it was reported itself, it is, whatever was before, and it has a line
   * @returns the id of the event that Sentry has taken, once it has; `undefined` where nothing was sent. Never rejects.
   */
  readonly capture: <Given>(
    error: unknown,
    source: ErrorSource,
    circumstances: (given: Given, error: unknown) => Circumstances,
    given: Given,
    isLast?: boolean,
  ) => Promise<string | undefined>;
  /** Reports the repeats that were counted so far. */
  readonly endWindows: () => void;
  readonly stop: () => void;
}

const nothingSent: Promise<undefined> = Promise.resolve(undefined);

/** The mark of an error that nobody was told of by itself. */
const onlyCounted: Promise<undefined> = Promise.resolve(undefined);

/**
 * The one way of every unexpected error to Sentry, log and people. What is counted as a repeat costs next to nothing:
 * it is neither described nor redacted, unless the log has room for it.
 */
export const createFunnel = (options: FunnelOptions): Funnel => {
  const { marks, redaction, sentry, logTokens, log, alert, title, threshold, onOutcome } = options;
  let isBusy = false;
  /** Repeats that do not ask whether the log has room, as there was none a moment ago. */
  let unasked = 0;

  const reportOf = (error: unknown, source: ErrorSource, circumstances: Circumstances): ErrorReport => {
    const { severity, trace, request, user, context } = circumstances;
    return {
      ...{ eventId: options.newId(), time: options.wallClock(), severity, source, trace, request, user },
      exceptions: describeError(error, redaction),
      context: describeContext(context, redaction),
    };
  };

  const toSentry = (item: SentryItem): Promise<string | undefined> => {
    const service = sentry();
    if (service?.hasRoom() !== true) {
      onOutcome(service === undefined ? 'not_configured' : 'dropped');
      return nothingSent;
    }
    return options.withPatience(
      service.send(item).then(isTaken => (isTaken ? item.report.eventId : undefined)),
      // An application that has nothing else to do would end before it has its answer.
      item.report.source === 'captureError',
    );
  };

  const tell = (
    report: ErrorReport,
    original: unknown,
    hasLine: boolean,
    isAlerted: boolean,
  ): Promise<string | undefined> => {
    const hasEvent = sentry()?.hasRoom() === true;
    // Before anything else, because the process may be about to end.
    if (hasLine) log(report, hasEvent ? report.eventId : undefined);
    const sent = toSentry({ report, original });
    if (isAlerted) alert(errorAlert(report, title(), hasEvent));
    return sent;
  };

  const first = (
    report: ErrorReport,
    original: unknown,
    hasLine: boolean,
    kind: Kind<Kept>,
  ): Promise<string | undefined> => {
    const least = threshold(report.severity, report.request?.route);
    kind.kept = { report: keptOf(report), isAlerted: least <= 1 };
    kind.wakeAt = Number.isFinite(least) ? least : 0;
    return tell(report, original, hasLine, least <= 1);
  };

  /** @param kind of one that has now come as often as it has to for people to be told */
  const repeat = (report: ErrorReport, hasLine: boolean, kind: Kind<Kept> | undefined): void => {
    if (hasLine) log(report, undefined);
    if (kind?.kept === undefined || kind.kept.isAlerted) return;
    kind.kept.isAlerted = true;
    alert(errorAlert(report, title(), false));
  };

  /** In a flood the clock alone would cost more than all the rest. */
  const hasLogRoom = (): boolean => {
    if (unasked > 0) {
      unasked--;
      return false;
    }
    if (logTokens.hasToken()) return true;
    unasked = 15;
    return false;
  };

  const take = <Given>(
    error: unknown,
    source: ErrorSource,
    circumstances: (given: Given, error: unknown) => Circumstances,
    given: Given,
  ): Promise<string | undefined> => {
    const kind = flood.count(error);
    const isNew = kind !== undefined && isFirst(kind);
    if (!isNew) onOutcome('repeated');
    if (kind === undefined && !hasLogRoom()) return onlyCounted;
    const known = circumstances(given, error);
    const report = reportOf(error, source, known);
    const hasLine = known.isLogged !== true && logTokens.take();
    if (isNew) return first(report, error, hasLine, kind);
    repeat(report, hasLine, kind);
    return onlyCounted;
  };

  /** @param seen what became of the same error before */
  const takeLast = (
    report: ErrorReport,
    original: unknown,
    isLogged: boolean,
    seen: Promise<string | undefined> | undefined,
  ): Promise<string | undefined> => {
    if (seen === undefined || seen === onlyCounted) return tell(report, original, true, true);
    // It was reported, but its line is in a log of the application's.
    if (isLogged) log(report, undefined);
    return seen;
  };

  const onWindowEnd = (kind: Kind<Kept>, ms: number): boolean => {
    const { kept } = kind;
    if (kept === undefined) return false;
    const identity = { eventId: options.newId(), time: options.wallClock() };
    const report = digestOf(kept, kind, ms, identity);
    const service = sentry();
    const hasEvent = service?.hasRoom() === true;
    log(report, hasEvent ? report.eventId : undefined);
    if (hasEvent) {
      onOutcome('digest');
      void service.send({ report, original: undefined });
    }
    if (kept.isAlerted) alert(errorAlert(report, title(), hasEvent));
    return true;
  };
  const flood = options.flood((kind, ms) => {
    try {
      return onWindowEnd(kind, ms);
    } catch (error) {
      options.onFailure(error);
      return false;
    }
  });

  return {
    capture: (error, source, circumstances, given, isLast = false) => {
      // What a getter of the error logs, say, while it is described.
      if (isBusy) return nothingSent;
      isBusy = true;
      try {
        const seen = marks.find(error);
        if (seen !== undefined && !isLast) return seen;
        let sent: Promise<string | undefined>;
        if (isLast) {
          const known = circumstances(given, error);
          sent = takeLast(reportOf(error, source, known), error, known.isLogged === true, seen);
        } else sent = take(error, source, circumstances, given);
        marks.set(error, sent);
        return sent;
      } catch (failure) {
        options.onFailure(failure);
        return nothingSent;
      } finally {
        isBusy = false;
      }
    },
    endWindows: () => flood.endAll(),
    stop: () => flood.stop(),
  };
};
