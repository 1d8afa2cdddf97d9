import type { ServerResponse } from 'node:http';
import { observationOf, type RequestObservation } from '../observation.ts';
import type { HonoRoute } from './hono-route.ts';

/** What Hono gives to handlers. */
export interface HonoContext {
  /** By @hono/node-server. */
  readonly env?: { readonly incoming?: object; readonly outgoing?: ServerResponse } | undefined;
  readonly req: {
    readonly path: string;
    readonly raw: object;
    readonly matchedRoutes: readonly HonoRoute[];
  };
  /** What an `onError` has answered. */
  readonly error?: unknown;
}

/** `undefined`: Hono runs without Node.js' own requests. */
export const observationIn = (context: HonoContext): RequestObservation | undefined => {
  const incoming = context.env?.incoming ?? incomingOf(context.req.raw);
  return incoming === undefined ? undefined : observationOf(incoming);
};

/** Of the requests that @hono/node-server makes: for applications that give Hono an environment of their own. */
const incomingOf = (raw: object): object | undefined => {
  const key = Object.getOwnPropertySymbols(raw).find(({ description }) => description === 'incomingKey');
  return key === undefined ? undefined : (raw as Readonly<Record<symbol, object>>)[key];
};

/** Calls `run`, and tells of what it throws or rejects with. What it returns is handed on as it is. */
export const watch = (run: () => unknown, failed: (error: unknown) => void, done?: () => void): unknown => {
  try {
    const outcome = run();
    // Beside what Hono waits for itself.
    if (outcome instanceof Promise) void outcome.then(done, failed);
    return outcome;
  } catch (error) {
    failed(error);
    throw error;
  }
};
