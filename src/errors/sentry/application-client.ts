import { randomUUID } from 'node:crypto';
import type { Event } from '@sentry/core';

/** What we use of a client of Sentry's SDK, of versions 8 to 11. */
interface SentryClient {
  getDsn(): object | undefined;
  getTransport(): object | undefined;
  getOptions(): { readonly enabled?: boolean };
  getIntegrationByName(name: string): object | undefined;
  captureEvent(event: Event, hint: object, scope: SentryScope): string;
  on(
    hook: 'beforeSendEvent' | 'afterSendEvent',
    listener: (event: Event, answer: { readonly statusCode?: number } | undefined) => void,
  ): () => void;
  flush(timeoutMs: number): PromiseLike<boolean>;
}

interface SentryScope {
  getClient(): SentryClient | undefined;
  setClient(client: SentryClient): void;
  getPropagationContext(): object;
  setPropagationContext(context: object): void;
  addEventProcessor(processor: (event: Event, hint: { originalException?: unknown }) => Event): void;
}

/** What an SDK keeps for the whole process, under its version. */
interface SentryCarrier {
  readonly acs?: {
    getCurrentScope(): SentryScope;
    withSetIsolationScope(scope: SentryScope, work: () => unknown): void;
  };
  readonly defaultCurrentScope?: SentryScope;
}

/** The application's own client of Sentry. */
export interface ApplicationClient {
  readonly client: SentryClient;
  /** Gives the client an event, with the data of no other request. */
  readonly capture: (event: Event, original: unknown) => void;
}

/**
 * The application's own client of Sentry, when it has one that reports: found where the SDK keeps it in the process,
 * without loading anything.
 */
export const findApplicationClient = (): ApplicationClient | undefined => {
  try {
    const carriers: unknown = Reflect.get(globalThis, '__SENTRY__');
    if (typeof carriers !== 'object' || carriers === null) return undefined;
    for (const carrier of Object.values(carriers)) {
      const found = clientIn(carrier);
      if (found !== undefined) return found;
    }
  } catch {
    // Of an SDK that is made in another way.
  }
  return undefined;
};

/** Beside the carriers of SDKs there are texts, and of older ones other things. */
const clientIn = (carrier: SentryCarrier | null): ApplicationClient | undefined => {
  const { acs, defaultCurrentScope } = carrier ?? {};
  const scopes = [acs?.getCurrentScope(), defaultCurrentScope];
  const scope = scopes.find(one => one !== undefined && reports(one.getClient()));
  const client = scope?.getClient();
  if (acs === undefined || scope === undefined || client === undefined) return undefined;
  const Scope = scope.constructor as new () => SentryScope;
  return {
    client,
    capture: (event, original) => {
      const fresh = new Scope();
      fresh.setClient(client);
      const traceId = event.contexts?.trace?.trace_id;
      if (traceId !== undefined) fresh.setPropagationContext({ ...fresh.getPropagationContext(), traceId });
      // This comes behind the SDK's own steps, and before the application's `beforeSend`.
      fresh.addEventProcessor(({ fingerprint: _, ...prepared }, hint) => {
        // Not earlier: the SDK would add the causes once more, as they are.
        hint.originalException = original;
        return prepared;
      });
      // Else the SDK drops an event that is the same as the one before, as a digest is.
      const unique = { ...withoutOrigin(event), fingerprint: [randomUUID()] };
      acs.withSetIsolationScope(new Scope(), () => client.captureEvent(unique, {}, fresh));
    },
  };
};

/** These the application has told its own client. */
const withoutOrigin = ({ environment: _, release: __, server_name: ___, ...event }: Event): Event => event;

const reports = (client: SentryClient | undefined): boolean =>
  client?.getDsn() !== undefined &&
  client.getTransport() !== undefined &&
  client.getOptions().enabled !== false;

/** By which the SDK knows an error that it has reported, in all its versions. */
const mark = '__sentry_captured__';

export const isMarked = (error: unknown): boolean => {
  try {
    return typeof error === 'object' && error !== null && Reflect.get(error, mark) === true;
  } catch {
    return false;
  }
};

/** As the SDK does it itself, so that it does not report the error once more. */
export const markAsCaptured = (error: unknown): void => {
  try {
    if (typeof error === 'object' && error !== null) {
      Object.defineProperty(error, mark, { value: true, writable: true, configurable: true });
    }
  } catch {
    // It is frozen.
  }
};
