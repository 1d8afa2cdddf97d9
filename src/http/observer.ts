import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientClosedRequest } from '../catalog/http-paths.ts';
import type { TraceIds } from '../traces/trace-ids.ts';
import type { Lifetime } from './lifetime.ts';
import { attach, observationOf, type RequestObservation } from './observation.ts';
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

export interface RequestObserverOptions {
  readonly lifetime: Lifetime;
  /** True for servers whose requests are none of the application's, such as the metrics endpoint. */
  readonly isOwn: (server: object) => boolean;
  /** The span that is active where it is called, when it is sampled. */
  readonly activeTrace: () => TraceIds | undefined;
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
export const observeRequests = ({ lifetime, isOwn, activeTrace }: RequestObserverOptions): (() => void) => {
  const { create, begin, end, guard, tracing } = lifetime;

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

  const onRequestStart = (message: unknown): void =>
    guard(() => {
      const { request, response, socket, server } = message as RequestStart;
      if (isOwn(server)) return;
      const observation = create(request);
      attach(request, observation);
      openOn(socket).set(observation, response);
      begin(observation, request);
      tracing?.enterFrom(server);
    });

  const onResponseFinish = (message: unknown): void =>
    guard(() => {
      const { request, response, socket } = message as RequestStart;
      const observation = observationOf(request);
      if (observation === undefined) return;
      socket[openRequests]?.delete(observation);
      if (observation.span === undefined) observation.trace = activeTrace() ?? observation.trace;
      end(observation, response, response.statusCode, false);
    });

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
