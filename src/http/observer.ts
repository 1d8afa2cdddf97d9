import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { knownMethods, otherMethod } from '../catalog/http-methods.ts';
import { clientClosedRequest, noResource } from '../catalog/http-paths.ts';
import { sampledIds, type TraceIds } from '../traces/trace-ids.ts';
import { traceParent } from '../traces/trace-parent.ts';
import {
  attach,
  createObservation,
  type OnLateError,
  observationOf,
  type RequestObservation,
} from './observation.ts';
import { createRootScope } from './route-scope.ts';
import { sentStatus } from './sent-status.ts';

const startChannel = 'http.server.request.start';
const finishChannel = 'http.server.response.finish';
const openRequests = Symbol('@ykmake/monitoring.openRequests');

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket & { [openRequests]?: Map<RequestObservation, ServerResponse> };
  readonly server: Server;
}

/** A request that has ended. */
export interface EndedRequest {
  readonly observation: RequestObservation;
  /** The status that was sent; 499 when the connection closed before the response headers were sent. */
  readonly status: number;
  readonly seconds: number;
  /** The connection closed before the response was complete. */
  readonly aborted: boolean;
}

/** What gives a request a context of its own, and a span in it, which it writes into the observation. */
export interface RequestTracing {
  readonly start: (observation: RequestObservation, request: IncomingMessage, server: object) => void;
  readonly end: (ended: EndedRequest, response: ServerResponse) => void;
  /** The request that the code belongs to which calls this, also when it is told of an error that nobody caught. */
  readonly currentRequest: () => RequestObservation | undefined;
  readonly stop: () => void;
}

export interface RequestObserverOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** True for servers whose requests are none of the application's, such as the metrics endpoint. */
  readonly isOwn: (server: object) => boolean;
  /** The span that is active where it is called, when it is sampled. */
  readonly activeTrace: () => TraceIds | undefined;
  /** `undefined`: requests have no contexts. */
  readonly tracing: RequestTracing | undefined;
  readonly onStart: (observation: RequestObservation, request: IncomingMessage) => void;
  readonly onEnd: (ended: EndedRequest, response: ServerResponse) => void;
  /** An error that the application passes on when the request has ended; `undefined`: nobody asks for those. */
  readonly onLateError?: OnLateError | undefined;
  readonly onFailure: (hook: string, error: unknown) => void;
}

/**
 * Observes every request of every HTTP/1 server of the process through Node's diagnostics channels: no
 * module is patched and nothing is added to request or response but one property. Upgrades are not
 * requests here, as they have no response. Returns what ends the observation.
 *
 * The end of a request is the channel's `finish` message or the close of its socket, whichever is first. One
 * listener per connection, and not one per response, because it is cheaper and because a pipelined
 * response that never got its turn emits no `close` of its own.
 */
export const observeRequests = (options: RequestObserverOptions): (() => void) => {
  const { now, isOwn, activeTrace, tracing, onStart, onEnd, onLateError, onFailure } = options;
  const root = createRootScope();

  const end = (
    observation: RequestObservation,
    response: ServerResponse,
    status: number,
    aborted: boolean,
  ): void => {
    if (observation.status !== undefined) return;
    observation.status = status;
    if (observation.passedOn && noResource.has(status)) observation.route = undefined;
    const ended = { observation, status, seconds: (now() - observation.startedAt) / 1000, aborted };
    onEnd(ended, response);
    tracing?.end(ended, response);
  };

  const openOn = (socket: RequestStart['socket']): Map<RequestObservation, ServerResponse> => {
    const known = socket[openRequests];
    if (known !== undefined) return known;
    const open = new Map<RequestObservation, ServerResponse>();
    socket[openRequests] = open;
    socket.once('close', () => {
      for (const [observation, response] of open) {
        // Headers that were written into a response still waiting for its turn never reached the client.
        const sent = response.headersSent && response.socket !== null;
        guard(() => end(observation, response, sent ? sentStatus(response) : clientClosedRequest, true));
      }
      open.clear();
    });
    return open;
  };

  // A subscriber that throws would end the process, so nothing may leave these functions.
  const guard = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('http', error);
    }
  };

  const onRequestStart = (message: unknown): void => {
    try {
      const { request, response, socket, server } = message as RequestStart;
      if (isOwn(server)) return;
      const method = request.method ?? otherMethod;
      const observation = createObservation(
        knownMethods.has(method) ? method : otherMethod,
        request.url ?? '',
        now(),
        root,
        onLateError,
      );
      attach(request, observation);
      openOn(socket).set(observation, response);
      onStart(observation, request);
      // The spans last: should they fail, the request is counted all the same.
      tracing?.start(observation, request, server);
      if (observation.span === undefined) {
        observation.parent = traceParent(request.rawHeaders);
        observation.trace = sampledIds(observation.parent);
      }
    } catch (error) {
      onFailure('http', error);
    }
  };

  const onResponseFinish = (message: unknown): void => {
    try {
      const { request, response, socket } = message as RequestStart;
      const observation = observationOf(request);
      if (observation === undefined) return;
      socket[openRequests]?.delete(observation);
      if (observation.span === undefined) observation.trace = activeTrace() ?? observation.trace;
      end(observation, response, response.statusCode, false);
    } catch (error) {
      onFailure('http', error);
    }
  };

  // The finish first: should the other fail, nothing is counted half.
  const stop = (): void => {
    unsubscribe(startChannel, onRequestStart);
    unsubscribe(finishChannel, onResponseFinish);
    tracing?.stop();
  };
  try {
    subscribe(finishChannel, onResponseFinish);
    subscribe(startChannel, onRequestStart);
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
};
