import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type CallObserverOptions, type ClientCall, createCalls } from './call.ts';
import { addHeader, headerOf } from './written-headers.ts';

const createdChannel = 'http.client.request.created';
const answeredChannel = 'http.client.response.finish';
const failedChannel = 'http.client.request.error';
const observed: unique symbol = Symbol('@ykmake/monitoring.call');

type Request = ClientRequest & {
  readonly agent?: unknown;
  readonly res?: IncomingMessage | null;
  [observed]?: ClientCall;
};

/**
 * Observes the calls that are made with `http` and `https`, whichever way they were imported, through Node's
 * diagnostics channels. A call ends with its `close`: its answer was read to the end, or it was given up.
 * Returns what ends the observation.
 */
export const observeHttpCalls = (options: CallObserverOptions): (() => void) => {
  const { isObserved, onFailure } = options;
  const calls = createCalls(options);

  /** A subscriber that throws would end the process. */
  const guarded =
    <Message>(handle: (message: Message) => void) =>
    (message: unknown): void => {
      try {
        handle(message as Message);
      } catch (error) {
        onFailure('http-client', error);
      }
    };

  const onCreated = guarded<{ request: Request }>(({ request }) => {
    if (!isObserved()) return;
    const port = Number(/:(\d+)$/.exec(headerOf(request, 'host') ?? '')?.[1] ?? 0);
    const scheme = request.protocol === 'https:' ? 'https' : 'http';
    const call = calls.begin(
      {
        method: request.method,
        scheme,
        host: request.host.replace(/^\[(.*)\]$/, '$1'),
        port: port || (scheme === 'https' ? 443 : 80),
        path: request.path,
      },
      (name, value) => addHeader(request, name, value),
    );
    request[observed] = call;
    request.once('close', () =>
      guarded(() => {
        // Of an answer that makes the connection another protocol's, as WebSocket's does, no channel tells.
        call.status ??= request.res?.statusCode;
        calls.end(call);
      })(undefined),
    );
  });

  const onAnswered = guarded<{ request: Request; response: IncomingMessage }>(({ request, response }) => {
    const call = request[observed];
    if (call !== undefined) call.status = response.statusCode;
  });

  const onFailed = guarded<{ request: Request; error: unknown }>(({ request, error }) => {
    const call = request[observed];
    if (call !== undefined) call.error = error;
  });

  subscribe(answeredChannel, onAnswered);
  subscribe(failedChannel, onFailed);
  subscribe(createdChannel, onCreated);
  return () => {
    unsubscribe(createdChannel, onCreated);
    unsubscribe(answeredChannel, onAnswered);
    unsubscribe(failedChannel, onFailed);
  };
};
