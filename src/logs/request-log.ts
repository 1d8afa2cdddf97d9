import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import { rememberTexts } from '../text-cache.ts';
import type { CompletedRequest } from './completed-request.ts';
import type { createOwnLines } from './own-lines.ts';

const message = 'Request completed';
const longest = 2_048;

/** One record for each request. */
export const createRequestLog = (
  redaction: Redaction,
  writerFor: ReturnType<typeof createOwnLines>,
): ((request: CompletedRequest) => void) => {
  const propertiesOf = createRequestProperties(redaction);
  return request => {
    const write = writerFor(request.status >= 500 ? 'error' : 'info');
    write?.({ message, properties: propertiesOf(request), trace: request.trace });
  };
};

/** What the record says beside level and message; duration in milliseconds. */
const createRequestProperties = (redaction: Redaction): ((request: CompletedRequest) => JsonObject) => {
  // The same few clients ask again and again.
  const agentOf = rememberTexts(redaction.text);
  return ({ method, target, route, status, seconds, aborted, userAgent, address }) => {
    const properties: Record<string, Json> = { method, url: urlOf(target, redaction) };
    if (route !== undefined) properties.route = route;
    properties.status = status;
    properties.duration = Math.round(seconds * 1e6) / 1e3;
    if (userAgent !== undefined) properties.userAgent = agentOf(userAgent.slice(0, 512));
    if (address !== undefined) properties.ip = address.slice(0, 64);
    if (aborted) properties.aborted = true;
    return properties;
  };
};

const urlOf = (target: string, redaction: Redaction): string => {
  const url = redaction.url.url(target);
  return url.length > longest ? `${url.slice(0, longest)}…` : url;
};
