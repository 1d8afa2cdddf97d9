import { type ClientRequest, validateHeaderName, validateHeaderValue } from 'node:http';

/** Where Node.js keeps the text of what it has written and, `_headerSent`, not sent yet. */
type Written = ClientRequest & { _header?: unknown; readonly _headerSent?: unknown };

const end = '\r\n\r\n';

/** The text of the headers as far as it was written: at once, where they were given as a list. */
const textOf = (request: Written): string => (typeof request._header === 'string' ? request._header : '');

const find = (text: string, name: string): string | undefined => {
  const start = `\r\n${name.toLowerCase()}:`;
  const at = text.toLowerCase().indexOf(start);
  if (at < 0) return undefined;
  const from = at + start.length;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
};

/** Of a request that was just made, whichever way its headers were given. */
export const headerOf = (request: ClientRequest, name: string): string | undefined => {
  const given = request.getHeader(name);
  return given === undefined ? find(textOf(request), name) : String(given);
};

/**
 * Adds a header to a request that was just made, unless the application has given it. Those given as a list are text
 * already; they are added to as long as none of it is sent, which it is for `expect: 100-continue`. Throws, as
 * `setHeader` does, for what is no name or value.
 */
export const addHeader = (request: ClientRequest, name: string, value: string): void => {
  if (headerOf(request, name) !== undefined) return;
  if (!request.headersSent) {
    request.setHeader(name, value);
    return;
  }
  const written: Written = request;
  const text = textOf(written);
  if (written._headerSent !== false || !text.endsWith(end)) return;
  validateHeaderName(name);
  validateHeaderValue(name, value);
  written._header = `${text.slice(0, -end.length)}\r\n${name}: ${value}${end}`;
};
