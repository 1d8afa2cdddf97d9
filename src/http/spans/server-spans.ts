import {
  type Attributes,
  type ContextManager,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { otherMethod } from '../../catalog/http-methods.ts';
import type { UrlRedaction } from '../../redaction/url.ts';
import { errorType, exceptionEvent } from '../../traces/exception.ts';
import type { SpanMaker } from '../../traces/span-maker.ts';
import { sampledIds } from '../../traces/trace-ids.ts';
import { keepRequestContext } from '../keep-context.ts';
import type { Answer, Arrival, EndedRequest, RequestTracing } from '../lifetime.ts';
import type { RequestObservation } from '../observation.ts';
import { sentStatus } from '../sent-status.ts';
import { createAnswerAttributes } from './answer-attributes.ts';
import { type ConnectionAttributesOptions, createConnectionAttributes } from './connection-attributes.ts';
import { headersGetter } from './headers-getter.ts';
import { requestAttributes, responseBodySize } from './request-attributes.ts';
import { createRequestContext, requestOf } from './request-context.ts';

export interface ServerSpansOptions extends ConnectionAttributesOptions {
  readonly redaction: Pick<UrlRedaction, 'query' | 'path'>;
  readonly spans: SpanMaker;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
}

/** A span for each request, and its context in everything that the request starts. */
export const createServerSpans = (options: ServerSpansOptions): RequestTracing => {
  const { spans, contextManager, propagator, redaction, redactText } = options;
  const keeping = keepRequestContext({
    current: () => requestOf(contextManager.active()),
    emitWithin: ({ context }, emit, emitter, values) =>
      context === undefined
        ? Reflect.apply(emit, emitter, values)
        : contextManager.with(context, emit, emitter, ...values),
  });
  const connectionOf = createConnectionAttributes(options);
  const answers = createAnswerAttributes();

  const start = (observation: RequestObservation, request: Arrival): void => {
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, headersGetter);
    const span = spans.start(spanName(observation), SpanKind.SERVER, parent, observation.startedAt);
    // Only now, because most of the work is not worth it where the sampler says no; ours look at no attribute.
    if (span.isRecording()) {
      spans.describe(span, connectionOf(request), requestAttributes(observation, request, redaction));
    }
    observation.span = span;
    observation.context = createRequestContext(parent, span, observation);
    observation.trace = sampledIds(span.spanContext());
  };

  const end = ({ observation, aborted, seconds }: EndedRequest, response: Answer): void => {
    const { span, route, error } = observation;
    if (span === undefined) return;
    if (!span.isRecording()) return;
    const statusCode = aborted ? sentStatus(response) : response.statusCode;
    if (route !== undefined) span.updateName(spanName(observation));
    const failed = statusCode >= 500;
    if (failed && error !== undefined) span.addEvent('exception', exceptionEvent(error, redactText));
    if (failed && !aborted) span.setStatus({ code: SpanStatusCode.ERROR });
    const sent = aborted && !response.headersSent ? undefined : statusCode;
    // Nobody knows how much of one that was cut off has gone out.
    const size = aborted ? undefined : responseBodySize(observation.method, response);
    const failure = aborted ? 'aborted' : failed ? failureOf(statusCode, error) : undefined;
    const endedAt = observation.startedAt + seconds * 1000;
    spans.end(span, endedAt, answers(route, sent), measured(size, failure));
  };

  return { ...keeping, start, end };
};

/** Source: semantic conventions, HTTP spans, "Name". */
const spanName = ({ method, route }: RequestObservation): string => {
  const verb = method === otherMethod ? 'HTTP' : method;
  return route === undefined ? verb : `${verb} ${route}`;
};

const failureOf = (status: number, error: unknown): string =>
  error === undefined ? String(status) : errorType(error);

const measured = (size: number | undefined, failure: string | undefined): Attributes | undefined => {
  if (size === undefined && failure === undefined) return undefined;
  const attributes: Attributes = {};
  if (size !== undefined) attributes['http.response.body.size'] = size;
  if (failure !== undefined) attributes['error.type'] = failure;
  return attributes;
};
