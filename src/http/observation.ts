import type { Context, Span } from '@opentelemetry/api';
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
  /** The first error that the application threw or passed on, whatever it is (`undefined`: none). */
  error: unknown;
  /** The sampled trace that the request belongs to, where one is known. */
  trace: TraceIds | undefined;
  /** The span of the request and the context that it is handled in, where requests are traced. */
  span: Span | undefined;
  context: Context | undefined;
  ended: boolean;
}

interface Carrier {
  [observed]?: RequestObservation;
}

export const createObservation = (
  method: string,
  target: string,
  startedAt: number,
  scope: RouteScope,
): RequestObservation => ({
  method,
  target,
  startedAt,
  client: undefined,
  scope,
  base: '',
  route: undefined,
  error: undefined,
  trace: undefined,
  span: undefined,
  context: undefined,
  ended: false,
});

/** A property and not a WeakMap: it is read for every routing layer of every request. */
export const attach = (request: object, observation: RequestObservation): void => {
  (request as Carrier)[observed] = observation;
};

/** The observation of a request object; `undefined` when the request is not observed (our own endpoint). */
export const observationOf = (request: object): RequestObservation | undefined =>
  (request as Carrier)[observed];
