import { type Context, createContextKey, type Span } from '@opentelemetry/api';
import type { RequestObservation } from '../observation.ts';

/** Under which a context says to which request it belongs. */
const requestKey: symbol = createContextKey('@ykmake/monitoring request');

/** Under which every copy of the OpenTelemetry API keeps the span in a context. */
const spanKey: symbol = createContextKey('OpenTelemetry Context Key SPAN');

/** To which request a context belongs. */
export const requestOf = (context: Context): RequestObservation | undefined =>
  context.getValue(requestKey) as RequestObservation | undefined;

/**
 * The context of a request, and all that are made from it: span and request are fields, because both change or are
 * asked for with every call that a request makes, and the API's own contexts copy a Map for each change. A class for
 * the same reason: objects with methods of their own cost as much as the Map.
 */
class RequestContext implements Context {
  readonly #base: Context;
  readonly #span: unknown;
  readonly #request: unknown;

  constructor(base: Context, span: unknown, request: unknown) {
    this.#base = base;
    this.#span = span;
    this.#request = request;
  }

  getValue(key: symbol): unknown {
    if (key === spanKey) return this.#span;
    return key === requestKey ? this.#request : this.#base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey) return new RequestContext(this.#base, value, this.#request);
    return new RequestContext(this.#base.setValue(key, value), this.#span, this.#request);
  }

  deleteValue(key: symbol): Context {
    if (key === spanKey) return new RequestContext(this.#base, undefined, this.#request);
    return new RequestContext(this.#base.deleteValue(key), this.#span, this.#request);
  }
}

/** @param base what the caller of the request has sent: baggage, say */
export const createRequestContext = (base: Context, span: Span, request: RequestObservation): Context =>
  new RequestContext(base, span, request);
