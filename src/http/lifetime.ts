import type { IncomingMessage } from 'node:http';
import { knownMethods, otherMethod } from '../catalog/http-methods.ts';
import { noResource } from '../catalog/http-paths.ts';
import { sampledIds } from '../traces/trace-ids.ts';
import { traceParent } from '../traces/trace-parent.ts';
import type { KeptContexts } from './keep-context.ts';
import { createObservation, type OnLateError, type RequestObservation } from './observation.ts';
import { createRootScope } from './route-scope.ts';

/** A request as it arrives; of HTTP/1 it is Node's own. */
export type Arrival = Pick<
  IncomingMessage,
  'headers' | 'httpVersion' | 'method' | 'rawHeaders' | 'socket' | 'url'
>;

/** What is known of an answer when its request has ended; of HTTP/1 it is Node's own. */
export interface Answer {
  readonly req: Arrival;
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly errored?: Error | null;
  readonly getHeader: (name: string) => unknown;
  /** Whether the client is the one who has ended it early, where the protocol says so. */
  readonly isLeft?: boolean;
}

/** A request that has ended. */
export interface EndedRequest {
  readonly observation: RequestObservation;
  /** The status that was sent; 499 when the connection or the stream closed before the response headers were sent. */
  readonly status: number;
  readonly seconds: number;
  /** It closed before the response was complete. */
  readonly aborted: boolean;
}

/** What gives a request a context of its own, and a span in it, which it writes into the observation. */
export interface RequestTracing extends KeptContexts {
  readonly start: (observation: RequestObservation, request: Arrival) => void;
  readonly end: (ended: EndedRequest, answer: Answer) => void;
}

export interface LifetimeOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** `undefined`: requests have no contexts. */
  readonly tracing: RequestTracing | undefined;
  readonly onStart: (observation: RequestObservation, request: Arrival) => void;
  readonly onEnd: (ended: EndedRequest, answer: Answer) => void;
  /** An error that the application passes on when the request has ended; `undefined`: nobody asks for those. */
  readonly onLateError?: OnLateError | undefined;
  readonly onFailure: (hook: string, error: unknown) => void;
}

/** What a request goes through, whatever its protocol: first `create`, then `begin`, then `end`. */
export interface Lifetime extends Pick<LifetimeOptions, 'tracing'> {
  readonly create: (request: Arrival) => RequestObservation;
  /** When the observer is sure to see the end: should this fail, the request is counted all the same. */
  readonly begin: (observation: RequestObservation, request: Arrival) => void;
  /** Only the first end of a request counts. */
  readonly end: (observation: RequestObservation, answer: Answer, status: number, aborted: boolean) => void;
  /** Runs what Node.js calls: it would end the process where something leaves it. */
  readonly guard: (run: () => void) => void;
}

export const createLifetime = (options: LifetimeOptions): Lifetime => {
  const { now, tracing, onStart, onEnd, onLateError, onFailure } = options;
  const root = createRootScope();
  return {
    tracing,
    create: ({ method = otherMethod, url = '' }) =>
      createObservation(knownMethods.has(method) ? method : otherMethod, url, now(), root, onLateError),
    begin: (observation, request) => {
      onStart(observation, request);
      // The spans last: should they fail, the request is counted all the same.
      tracing?.start(observation, request);
      if (observation.span !== undefined) return;
      observation.parent = traceParent(request.rawHeaders);
      observation.trace = sampledIds(observation.parent);
    },
    end: (observation, answer, status, aborted) => {
      if (observation.status !== undefined) return;
      observation.status = status;
      if (observation.passedOn && noResource.has(status)) observation.route = undefined;
      const ended = { observation, status, seconds: (now() - observation.startedAt) / 1000, aborted };
      onEnd(ended, answer);
      tracing?.end(ended, answer);
    },
    guard: run => {
      try {
        run();
      } catch (error) {
        onFailure('http', error);
      }
    },
  };
};
