import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Attributes } from '@opentelemetry/api';
import { forwarded } from '../forwarded.ts';
import type { Arrival } from '../lifetime.ts';

export interface ConnectionAttributesOptions {
  /** Client, host and scheme come from the headers of a proxy. */
  readonly trustProxy: boolean;
  /** Takes secrets out of a text. */
  readonly redactText: (text: string) => string;
}

/** What was last said of a connection, and of which words of its requests. */
interface Said {
  readonly version: string;
  readonly host: string | undefined;
  readonly agent: string | undefined;
  readonly proxy: string;
  readonly attributes: Attributes;
}

const said = Symbol('@ykmake/monitoring.connection');
type Connection = Socket & { readonly encrypted?: boolean; [said]?: Said };

/**
 * The attributes that a request has in common with the others of its connection, as one object for as long as its
 * client says the same of itself: it is made once, and encoded once. Source: OpenTelemetry semantic conventions, HTTP
 * spans, stable attributes of servers.
 */
export const createConnectionAttributes = ({
  trustProxy,
  redactText,
}: ConnectionAttributesOptions): ((request: Arrival) => Attributes) => {
  return request => {
    const connection = request.socket as Connection;
    const { headers, httpVersion: version } = request;
    const { 'user-agent': agent } = headers;
    const host = hostIn(headers);
    const proxy = trustProxy ? wordsOfProxy(headers) : '';
    const last = connection[said];
    if (
      last !== undefined &&
      last.agent === agent &&
      last.host === host &&
      last.proxy === proxy &&
      last.version === version
    ) {
      return last.attributes;
    }
    const attributes = attributesOf(request, connection, trustProxy, redactText);
    connection[said] = { version, host, agent, proxy, attributes };
    return attributes;
  };
};

/** HTTP/2 has an authority for it. */
const hostIn = (headers: Arrival['headers']): string | undefined => {
  const { ':authority': authority = headers.host } = headers;
  return typeof authority === 'string' ? authority : undefined;
};

const wordsOfProxy = (headers: IncomingHttpHeaders): string =>
  [
    headers.forwarded,
    headers['x-forwarded-for'],
    headers['x-forwarded-host'],
    headers['x-forwarded-proto'],
  ].join('\n');

const attributesOf = (
  { headers, httpVersion }: Arrival,
  { encrypted, remoteAddress, remotePort }: Connection,
  trustProxy: boolean,
  redactText: (text: string) => string,
): Attributes => {
  const proxy = trustProxy ? forwarded(headers) : undefined;
  const scheme = proxy?.scheme ?? (encrypted ? 'https' : 'http');
  const host = proxy?.host ?? hostIn(headers);
  const attributes: Attributes = { 'url.scheme': scheme, 'network.protocol.version': httpVersion };
  if (host !== undefined) Object.assign(attributes, serverAttributes(host, scheme));
  if (remoteAddress !== undefined) {
    attributes['network.peer.address'] = remoteAddress;
    attributes['network.peer.port'] = remotePort ?? 0;
    attributes['client.address'] = proxy?.client ?? remoteAddress;
  }
  const agent = headers['user-agent'];
  if (agent !== undefined) attributes['user_agent.original'] = redactText(agent.slice(0, 512));
  return attributes;
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
