import {
  type Attributes,
  type Context,
  type ContextManager,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { knownMethods, otherMethod } from '../catalog/http-methods.ts';
import { errorType } from '../traces/exception.ts';
import type { SpanMaker } from '../traces/span-maker.ts';
import { sampledIds } from '../traces/trace-ids.ts';
import type { CallTarget, CallTracing } from './call.ts';

export interface ClientSpansOptions {
  readonly spans: SpanMaker;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  /** A URL without its credentials and secrets. */
  readonly redactUrl: (url: string) => string;
}

/**
 * A span for each outgoing call, whose context goes with it. Source: OpenTelemetry semantic conventions, HTTP
 * client spans, stable attributes.
 */
export const createClientSpans = ({
  spans,
  contextManager,
  propagator,
  redactUrl,
}: ClientSpansOptions): CallTracing => ({
  start: (call, setHeader) => {
    const parent: Context = contextManager.active();
    if (isTracingSuppressed(parent)) return;
    const { target } = call;
    const { method } = target;
    const known = knownMethods.has(method);
    const span = spans.start(known ? method : 'HTTP', SpanKind.CLIENT, parent, call.startedAt);
    if (span.isRecording()) spans.describe(span, undefined, () => attributesOf(target, known, redactUrl));
    call.span = span;
    call.trace = sampledIds(span.spanContext());
    propagator.inject(trace.setSpan(parent, span), setHeader, {
      set: (set, name, value) => set(name, value),
    });
  },
  end: ({ call, seconds }) => {
    const span = call.span as Span | undefined;
    if (!span?.isRecording()) return;
    const { status, error } = call;
    const attributes: Attributes = {};
    if (status !== undefined) attributes['http.response.status_code'] = status;
    const failure =
      error !== undefined
        ? errorType(error)
        : status === undefined
          ? 'aborted'
          : status >= 400
            ? String(status)
            : undefined;
    if (failure !== undefined) {
      attributes['error.type'] = failure;
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    spans.end(span, call.startedAt + seconds * 1000, undefined, attributes);
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
