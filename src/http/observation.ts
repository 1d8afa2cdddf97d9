import type { ServerResponse } from 'node:http';
import type { Context, Span } from '@opentelemetry/api';
import type { LogTrace } from '../logs/record.ts';
import type { TraceIds } from '../traces/trace-ids.ts';
import type { RequestClient } from './client.ts';
import type { RouteScope } from './route-scope.ts';

const observed = Symbol('@ykmake/monitoring.request');

/** One request from its arrival to its end; what a framework adapter writes into. */
export interface RequestObservation {
  readonly method: string;
  /** The request target as it came in, before any router rewrote `request.url`. */
  readonly target: string;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Who sent it, when its end is going to be logged. */
  client: RequestClient | undefined;
  /** Where routing stands: the mounts entered so far. */
  scope: RouteScope;
  /** The part of the actual path that those mounts have consumed. */
  base: string;
  /** The route template that took the request, with all its mounts. */
  route: string | undefined;
  /** The route that took the request has passed it on since: nobody took it, if the answer says so, too. */
  passedOn: boolean;
  /**
   * The first error that the application threw or passed on, whatever it is (`undefined`: none); after one that it has
   * answered, the first in the middle of the answer.
   */
  error: unknown;
  /** It came when the headers of the answer were out: the answer does not say what the application made of it. */
  isErrorInAnswer: boolean;
  /** Told of an error that comes after the end; `undefined`: nobody asks for those. */
  readonly onLateError: OnLateError | undefined;
  /** The application has reported an error of this request itself. */
  isReported: boolean;
  /** The error that the application has logged last while it handled the request. */
  loggedError: Error | undefined;
  /** The failure of this request was told. */
  isFailureTold: boolean;
  /** The sampled trace that the request belongs to, where one is known. */
  trace: TraceIds | undefined;
  /** What its caller says about the trace, sampled or not; only where the request has no span. */
  parent: LogTrace | undefined;
  /** The span of the request and the context that it is handled in, where requests are traced. */
  span: Span | undefined;
  context: Context | undefined;
  /** Of the answer, as metrics count it; `undefined`: the request has not ended. */
  status: number | undefined;
}

export type OnLateError = (observation: RequestObservation, error: unknown) => void;

interface Carrier {
  [observed]?: RequestObservation;
}

export const createObservation = (
  method: string,
  target: string,
  startedAt: number,
  scope: RouteScope,
  onLateError?: OnLateError,
): RequestObservation => ({
  method,
  target,
  startedAt,
  client: undefined,
  scope,
  base: '',
  route: undefined,
  passedOn: false,
  error: undefined,
  isErrorInAnswer: false,
  onLateError,
  isReported: false,
  loggedError: undefined,
  isFailureTold: false,
  trace: undefined,
  parent: undefined,
  span: undefined,
  context: undefined,
  status: undefined,
});

/** A property and not a WeakMap: it is read for every routing layer of every request. */
export const attach = (request: object, observation: RequestObservation): void => {
  (request as Carrier)[observed] = observation;
};

/**
 * Writes down what the application threw or passed on.
 *
 * @param response `undefined`: not known, as if nothing had been sent
 */
export const noteError = (
  observation: RequestObservation,
  error: unknown,
  response: Pick<ServerResponse, 'headersSent' | 'statusCode'> | undefined,
): void => {
  if (observation.status !== undefined) {
    observation.onLateError?.(observation, error);
    return;
  }
  const { error: known, isErrorInAnswer } = observation;
  const isInAnswer = response?.headersSent === true;
  const isKnownAnswered = isInAnswer && !isErrorInAnswer && response.statusCode < 500;
  if (error === known || (known !== undefined && !isKnownAnswered)) return;
  observation.error = error;
  observation.isErrorInAnswer = isInAnswer;
};

/** The observation of a request object; `undefined` when the request is not observed (our own endpoint). */
export const observationOf = (request: object): RequestObservation | undefined =>
  (request as Carrier)[observed];

/**
 * Requests with this prototype have the observation of what they belong to, which `carrierOf` tells. Returns what takes
 * it back.
 */
export const observeThrough = <Request extends object>(
  prototype: object,
  carrierOf: (request: Request) => object | undefined,
): (() => void) => {
  Object.defineProperty(prototype, observed, {
    configurable: true,
    get(this: Request) {
      const carrier = carrierOf(this);
      return carrier === undefined ? undefined : observationOf(carrier);
    },
  });
  return () => void Reflect.deleteProperty(prototype, observed);
};
