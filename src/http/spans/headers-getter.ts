import type { IncomingHttpHeaders } from 'node:http';
import type { TextMapGetter } from '@opentelemetry/api';

/** Reads what callers say about the trace; Node has joined or dropped repeated headers already. */
export const headersGetter: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name.toLowerCase()],
  keys: headers => Object.keys(headers),
};
