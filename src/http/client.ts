import { forwarded } from './forwarded.ts';
import type { Arrival } from './lifetime.ts';

/** Who has sent a request, in its own words, and how. Holds neither the request nor its connection. */
export interface RequestClient {
  readonly method: string;
  readonly userAgent: string | undefined;
  readonly address: string | undefined;
}

/** @param trustProxy the address is that which the proxy says */
export const clientOf = (request: Arrival, trustProxy: boolean): RequestClient => ({
  method: request.method ?? '',
  userAgent: userAgentIn(request.rawHeaders),
  address: (trustProxy ? forwarded(request.headers).client : undefined) ?? request.socket.remoteAddress,
});

/** Read as it was sent, because the headers are put together only when somebody asks for them. */
const userAgentIn = (rawHeaders: readonly string[]): string | undefined => {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 10 && name.toLowerCase() === 'user-agent') return rawHeaders[index + 1];
  }
  return undefined;
};
