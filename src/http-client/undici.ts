import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type CallObserverOptions, type ClientCall, createCalls } from './call.ts';

/** A request of undici, of Node's own copy behind `fetch` or of one that the application has installed. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
  addHeader(name: string, value: string): unknown;
}

interface Message {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode?: number };
  readonly error?: unknown;
}

/**
 * Observes the calls of `fetch` and of undici through the diagnostics channels that both publish to. Returns what
 * ends the observation.
 */
export const observeUndiciCalls = (options: CallObserverOptions): (() => void) => {
  const { isObserved, onFailure } = options;
  const calls = createCalls(options);
  const open = new WeakMap<UndiciRequest, ClientCall>();

  const created = ({ request }: Message): void => {
    if (!isObserved()) return;
    const { protocol, hostname, port } = new URL(String(request.origin));
    const scheme = protocol === 'https:' ? 'https' : 'http';
    const call = calls.begin(
      {
        method: request.method,
        scheme,
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(port) || (scheme === 'https' ? 443 : 80),
        path: request.path,
      },
      (name, value) => void request.addHeader(name, value),
    );
    open.set(request, call);
  };

  const subscriptions: readonly [channel: string, handle: (message: Message, call?: ClientCall) => void][] = [
    [
      'undici:request:headers',
      ({ response }, call) => {
        if (call !== undefined) call.status = response?.statusCode;
      },
    ],
    ['undici:request:trailers', (_message, call) => call && calls.end(call)],
    [
      'undici:request:error',
      ({ error }, call) => {
        if (call === undefined) return;
        call.error = error;
        calls.end(call);
      },
    ],
    ['undici:request:create', created],
  ];

  const undo = subscriptions.map(([channel, handle]) => {
    const listener = (message: unknown): void => {
      try {
        const known = message as Message;
        handle(known, open.get(known.request));
      } catch (error) {
        // A subscriber that throws would end the process.
        onFailure('undici', error);
      }
    };
    subscribe(channel, listener);
    return () => void unsubscribe(channel, listener);
  });
  return () => {
    for (const step of undo) step();
  };
};
