import type { ServerResponse } from 'node:http';
import type { RequestObservation } from '../observation.ts';

/** A request of Node.js on its way into the framework, which makes a Fetch request of it. */
export interface Exchange {
  readonly observation: RequestObservation;
  readonly response: ServerResponse;
  /** As the framework reads it; the host in it may be any. */
  readonly url: string;
}

/**
 * What `getLoadContext` hands to the framework's handler instead of the application's context: nobody else sees it, as
 * the handler's replacement takes it apart again.
 */
export interface Parcel {
  readonly exchange: Exchange;
  readonly context: unknown;
}

const parcels = new WeakSet<object>();

export const parcel = (exchange: Exchange, context: unknown): Parcel => {
  const packed = { exchange, context };
  parcels.add(packed);
  return packed;
};

export const isParcel = (value: unknown): value is Parcel =>
  typeof value === 'object' && value !== null && parcels.has(value);

/** Between a server's function that makes a handler and the framework's: the one calls the other. */
export interface Link {
  /** Told of each request before the application's `getLoadContext` is; absent: the framework is not patched. */
  onArrival?: (exchange: Exchange) => void;
}

let open: Link | undefined;

/** Makes a handler; the link is complete if the framework's function was called for it. */
export const linking = <Made>(link: Link, make: () => Made): Made => {
  const outer = open;
  open = link;
  try {
    return make();
  } finally {
    open = outer;
  }
};

/** The link that is being made where this is called. */
export const openLink = (): Link | undefined => open;
