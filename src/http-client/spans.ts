import {
  type Attributes,
  type Context,
  type ContextManager,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { knownMethods, otherMethod } from '../catalog/http-methods.ts';
import { errorType } from '../traces/exception.ts';
import type { SetOwnAttributes } from '../traces/own-attributes.ts';
import type { CallTarget, CallTracing } from './call.ts';

export interface ClientSpansOptions {
  readonly tracer: Tracer;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly setOwnAttributes: SetOwnAttributes;
  /** A URL without its credentials and secrets. */
  readonly redactUrl: (url: string) => string;
}

/**
 * A span for each outgoing call, whose context goes with it. Source: OpenTelemetry semantic conventions, HTTP
 * client spans, stable attributes.
 */
export const createClientSpans = ({
  tracer,
  contextManager,
  propagator,
  setOwnAttributes,
  redactUrl,
}: ClientSpansOptions): CallTracing => ({
  start: (call, setHeader) => {
    const parent: Context = contextManager.active();
    if (isTracingSuppressed(parent)) return;
    const { method } = call.target;
    const known = knownMethods.has(method);
    const span = tracer.startSpan(known ? method : 'HTTP', { kind: SpanKind.CLIENT }, parent);
    if (span.isRecording()) setOwnAttributes(span, attributesOf(call.target, known, redactUrl));
    const ids = span.spanContext();
    call.span = span;
    call.trace = (ids.traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : ids;
    propagator.inject(trace.setSpan(parent, span), setHeader, {
      set: (set, name, value) => set(name, value),
    });
  },
  end: ({ call }) => {
    const span = call.span as Span | undefined;
    if (span === undefined) return;
    const { status, error } = call;
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    const failure =
      error !== undefined
        ? errorType(error)
        : status === undefined
          ? 'aborted'
          : status >= 400
            ? String(status)
            : undefined;
    if (failure !== undefined) {
      span.setAttribute('error.type', failure);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  },
});

const attributesOf = (
  { method, scheme, host, port, path }: CallTarget,
  known: boolean,
  redactUrl: (url: string) => string,
): Attributes => {
  const name = host.includes(':') ? `[${host}]` : host;
  const isDefault = port === (scheme === 'https' ? 443 : 80);
  return {
    'http.request.method': known ? method : otherMethod,
    ...(!known && { 'http.request.method_original': method.slice(0, 64) }),
    'server.address': host,
    'server.port': port,
    'url.full': redactUrl(`${scheme}://${name}${isDefault ? '' : `:${port}`}${path}`),
  };
};
