import type { RequestObservation } from '../http/observation.ts';
import type { RequestFailure } from '../http/request-failures.ts';
import { traceOf } from '../http/request-trace.ts';
import type { LogTrace } from '../logs/record.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Marks } from './flood/marks.ts';
import type { Circumstances, Funnel } from './funnel.ts';
import type { ErrorSource, ReportedRequest } from './report.ts';
import type { AlertSeverity } from './severity.ts';

export interface CaptureOptions {
  readonly funnel: Pick<Funnel, 'capture'>;
  /** The active span, sampled or not. */
  readonly activeTrace: () => LogTrace | undefined;
  /** The request that the application is handling right now, where that is known. */
  readonly currentRequest: () => RequestObservation | undefined;
  readonly redaction: Pick<Redaction, 'text' | 'url'>;
  /** Of errors that the application has logged itself. */
  readonly logged: Marks<true>;
}

/** Both return what `Funnel.capture` does. */
export interface Capture {
  /** An error that occurs where the application is right now. */
  readonly here: (
    error: unknown,
    source: ErrorSource,
    /** `critical`: the process ends by it. */
    severity: 'error' | 'critical',
    context?: unknown,
  ) => Promise<string | undefined>;
  readonly request: (failure: RequestFailure) => Promise<string | undefined>;
  /**
   * An error that the application has logged. Within a request it is handled, or is what the answer will be about; outside
   * of one nobody else may hear of it.
   */
  readonly logged: (error: Error) => void;
}

const longestUrl = 2_048;
const longestUser = 128;

/** Takes errors to the funnel, with what is known about where they come from. */
export const createCapture = ({
  funnel,
  activeTrace,
  currentRequest,
  redaction,
  logged,
}: CaptureOptions): Capture => {
  const reported = (observation: RequestObservation, status: number | undefined): ReportedRequest => {
    const { method, route, target } = observation;
    return { method, route, url: redaction.url.url(target).slice(0, longestUrl), status };
  };
  const userOf = (user: unknown): string | undefined =>
    typeof user === 'string' || typeof user === 'number'
      ? redaction.text(String(user)).slice(0, longestUser)
      : undefined;

  /** What a request has started and goes on after its end, such as a timer, is no part of it. */
  const openRequest = (): RequestObservation | undefined => {
    const request = currentRequest();
    return request?.status === undefined ? request : undefined;
  };

  /** Where the application is right now. */
  const placeWith =
    (severity: AlertSeverity) =>
    (context: unknown, error: unknown): Circumstances => {
      const request = openRequest();
      return {
        ...{ severity, context },
        trace: activeTrace() ?? (request && traceOf(request)),
        request: request && reported(request, undefined),
        user: userOf(userIn(context)),
        isLogged: logged.find(error) === true,
      };
    };
  const places = { error: placeWith('error'), critical: placeWith('critical') };

  const ofFailure = (
    { observation, status, trace, user, error: known }: RequestFailure,
    error: unknown,
  ): Circumstances => ({
    // It may be what an application answers on purpose, while it cannot work.
    severity:
      known === undefined && observation.loggedError === undefined && status === 503 ? 'warning' : 'error',
    request: reported(observation, status),
    trace,
    user: userOf(user),
    isLogged: logged.find(error) === true,
  });

  const here: Capture['here'] = (error, source, severity, context) => {
    const request = openRequest();
    // A 5xx answer without an error says nothing new about it.
    if (request !== undefined && source !== 'log') request.isReported = true;
    return funnel.capture(error, source, places[severity], context, severity === 'critical');
  };

  return {
    here,
    logged: error => {
      logged.set(error, true);
      const request = openRequest();
      if (request === undefined) void here(error, 'log', 'error');
      else request.loggedError = error;
    },
    request: failure => {
      const { error, observation, status } = failure;
      // Many applications log an error, and answer by themselves.
      const known = error ?? observation.loggedError ?? answeredWith(status, observation);
      return funnel.capture(known, 'request', ofFailure, failure);
    },
  };
};

/** What stands for the error of a request of which only the answer says that it failed. */
const answeredWith = (status: number, { method, route }: RequestObservation): Error => {
  const error = new Error(`${method} ${route ?? 'without a route'} was answered with ${status}`);
  error.name = `HTTP ${status}`;
  // Of our own code.
  error.stack = '';
  return error;
};

/** As applications name it beside an error: `{ user: { id } }`, `{ userId }`. */
const userIn = (context: unknown): unknown => {
  try {
    const { user, userId } = Object(context) as { readonly user?: unknown; readonly userId?: unknown };
    return userId ?? (Object(user) as { readonly id?: unknown }).id;
  } catch {
    return undefined;
  }
};
