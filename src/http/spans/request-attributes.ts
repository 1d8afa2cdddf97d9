import type { Attributes } from '@opentelemetry/api';
import { otherMethod } from '../../catalog/http-methods.ts';
import type { UrlRedaction } from '../../redaction/url.ts';
import type { Answer, Arrival } from '../lifetime.ts';
import type { RequestObservation } from '../observation.ts';

/**
 * What makes the attributes that a request has for itself, of what is known when it arrives; holds neither the
 * request nor its connection. Source: OpenTelemetry semantic conventions, HTTP spans, stable attributes of servers.
 */
export const requestAttributes = (
  { method, target }: RequestObservation,
  request: Arrival,
  redaction: Pick<UrlRedaction, 'query' | 'path'>,
): (() => Attributes) => {
  const { 'content-length': length } = request.headers;
  const original = method === otherMethod ? request.method?.slice(0, 64) : undefined;

  return () => {
    const attributes: Attributes = { 'http.request.method': method };
    if (original !== undefined) attributes['http.request.method_original'] = original;

    const question = target.indexOf('?');
    const path = pathOfTarget(question < 0 ? target : target.slice(0, question));
    attributes['url.path'] = redaction.path(path);
    if (question >= 0 && question < target.length - 1) {
      attributes['url.query'] = redaction.query(target.slice(question + 1));
    }
    const size = byteCount(length);
    if (size !== undefined) attributes['http.request.body.size'] = size;
    return attributes;
  };
};

/**
 * The size that the response says it has; one that is streamed says nothing. What answers HEAD, and a 304, says the
 * size of a body that is not sent.
 */
export const responseBodySize = (
  method: string,
  response: Pick<Answer, 'getHeader' | 'statusCode'>,
): number | undefined =>
  method === 'HEAD' || response.statusCode === 304
    ? undefined
    : byteCount(response.getHeader('content-length'));

const byteCount = (header: unknown): number | undefined => {
  if (typeof header === 'number') return header;
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
};

/** Only `OPTIONS *` has a target that is no path, and a proxy is asked for a whole URL. */
const pathOfTarget = (target: string): string => {
  if (target.startsWith('/') || target === '*') return target;
  const authority = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(target)?.[0];
  return authority === undefined ? target : target.slice(authority.length) || '/';
};
