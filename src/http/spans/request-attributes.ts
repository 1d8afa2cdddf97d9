import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Attributes } from '@opentelemetry/api';
import { otherMethod } from '../../catalog/http-methods.ts';
import type { UrlRedaction } from '../../redaction/url.ts';
import type { RequestObservation } from '../observation.ts';

export interface RequestAttributesOptions {
  /** Client, host and scheme come from the headers of a proxy. */
  readonly trustProxy: boolean;
  readonly redaction: Pick<UrlRedaction, 'query' | 'path'>;
}

/**
 * What makes the attributes of a request, of what is known when it arrives; holds neither the request nor its
 * connection. Source: OpenTelemetry semantic conventions, HTTP spans, stable attributes of servers.
 */
export const requestAttributes = (
  { method, target }: RequestObservation,
  request: IncomingMessage,
  { trustProxy, redaction }: RequestAttributesOptions,
): (() => Attributes) => {
  const { headers, httpVersion } = request;
  const { host, 'user-agent': agent, 'content-length': length } = headers;
  const { encrypted, remoteAddress, remotePort } = request.socket as Socket & {
    readonly encrypted?: boolean;
  };
  const original = method === otherMethod ? request.method?.slice(0, 64) : undefined;
  const proxy = trustProxy ? forwarded(headers) : undefined;

  return () => {
    const scheme = proxy?.scheme ?? (encrypted ? 'https' : 'http');
    const attributes: Attributes = {
      'http.request.method': method,
      'url.scheme': scheme,
      'network.protocol.version': httpVersion,
    };
    if (original !== undefined) attributes['http.request.method_original'] = original;

    const question = target.indexOf('?');
    const path = pathOfTarget(question < 0 ? target : target.slice(0, question));
    attributes['url.path'] = redaction.path(path);
    if (question >= 0 && question < target.length - 1) {
      attributes['url.query'] = redaction.query(target.slice(question + 1));
    }

    const name = proxy?.host ?? host;
    if (name !== undefined) Object.assign(attributes, serverAttributes(name, scheme));
    if (remoteAddress !== undefined) {
      attributes['network.peer.address'] = remoteAddress;
      attributes['network.peer.port'] = remotePort ?? 0;
      attributes['client.address'] = proxy?.client ?? remoteAddress;
    }
    if (agent !== undefined) attributes['user_agent.original'] = agent.slice(0, 512);
    const size = byteCount(length);
    if (size !== undefined) attributes['http.request.body.size'] = size;
    return attributes;
  };
};

/**
 * The size that the response says it has; one that is streamed says nothing. What answers HEAD, and a 304, says the
 * size of a body that is not sent.
 */
export const responseBodySize = (method: string, response: ServerResponse): number | undefined =>
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

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** `name`, `name:port`, `[v6]:port`; anything else is left out. */
const serverAttributes = (host: string, scheme: string): Attributes => {
  const [, bracketed, plain, port] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/@?#]{1,255}))(?::(\d{1,5}))?$/i.exec(host) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined) return {};
  const number = port === undefined ? defaultPorts[scheme] : Number(port);
  return { 'server.address': address, ...(number !== undefined && { 'server.port': number }) };
};

interface Forwarded {
  readonly client?: string;
  readonly host?: string;
  readonly scheme?: string;
}

/** What the proxy nearest to the client said. Source: RFC 7239, and the older X-Forwarded-* headers. */
const forwarded = (headers: IncomingMessage['headers']): Forwarded => {
  const said = new Map<string, string>();
  for (const pair of (first(headers.forwarded) ?? '').split(';')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    said.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  const client = said.get('for') ?? first(headers['x-forwarded-for']);
  const host = said.get('host') ?? first(headers['x-forwarded-host']);
  const scheme = (said.get('proto') ?? first(headers['x-forwarded-proto']))?.toLowerCase();
  return {
    ...(client && {
      client: client.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'),
    }),
    ...(host && { host }),
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
  };
};

const first = (header: string | readonly string[] | undefined): string | undefined =>
  (typeof header === 'string' ? header : header?.[0])?.split(',', 1)[0]?.trim();
