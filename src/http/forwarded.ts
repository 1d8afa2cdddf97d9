import type { IncomingHttpHeaders } from 'node:http';

export interface Forwarded {
  readonly client?: string;
  readonly host?: string;
  readonly scheme?: string;
}

/** What the proxy nearest to the client said. Source: RFC 7239, and the older X-Forwarded-* headers. */
export const forwarded = (headers: IncomingHttpHeaders): Forwarded => {
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
