/** An answer as far as it matters here. */
export interface HttpAnswer {
  readonly status: number;
  /** By their names in lower case; of those that come twice the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty when it is longer than any answer has to be. */
  readonly body: Uint8Array;
  /** Another request may go over the same connection. */
  readonly keepsConnection: boolean;
}

/** Bytes of an answer, and of its head, that are read: all of them say how much was taken, in a few words. */
const longest = 65_536;

const nothing = Buffer.alloc(0);

/**
 * Reads an answer of HTTP/1.1 to POST from all that has come of it; `undefined`: there is more to come. Source: RFC 9112, 2 to 7.
 *
 * @param isEnded nothing more comes
 * @throws Error when it is no such answer
 */
export const readAnswer = (bytes: Buffer, isEnded: boolean): HttpAnswer | undefined => {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    if (bytes.length > longest) throw new Error('its answer has a head without an end');
    return undefined;
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (code === undefined) throw new Error('it does not answer in HTTP/1.1');
  const status = Number(code);
  const rest = bytes.subarray(headEnd + 4);
  // That it will answer: the answer comes behind.
  if (status < 200) return readAnswer(rest, isEnded);

  const headers = headersIn(lines);
  const body = bodyIn(rest, status, headers, isEnded);
  const isTooLong = rest.length > longest;
  if (body === undefined && !isTooLong) return undefined;
  const { content, end } = body ?? { content: nothing, end: -1 };
  return {
    status,
    headers,
    body: isTooLong ? nothing : content,
    keepsConnection:
      minor === '1' && end === rest.length && !/\bclose\b/i.test(headers.get('connection') ?? ''),
  };
};

const headersIn = (lines: readonly string[]): ReadonlyMap<string, string> => {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
};

interface Body {
  readonly content: Buffer;
  /** Where it ends in what came behind the head; -1: with the connection. */
  readonly end: number;
}

const bodyIn = (
  rest: Buffer,
  status: number,
  headers: ReadonlyMap<string, string>,
  isEnded: boolean,
): Body | undefined => {
  if (status === 204 || status === 304) return { content: nothing, end: 0 };
  if (/\bchunked\s*$/i.test(headers.get('transfer-encoding') ?? '')) return chunksIn(rest);
  const length = headers.get('content-length');
  if (length === undefined) return isEnded ? { content: rest, end: -1 } : undefined;
  if (!/^\d{1,15}$/.test(length)) throw new Error('its answer has a length that is no number');
  const end = Number(length);
  return rest.length >= end ? { content: rest.subarray(0, end), end } : undefined;
};

const chunksIn = (rest: Buffer): Body | undefined => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [size] = /^[\da-f]{1,8}/i.exec(rest.toString('latin1', at, lineEnd)) ?? [];
    if (size === undefined) throw new Error('its answer has a part without a length');
    const start = lineEnd + 2;
    const end = start + Number.parseInt(size, 16);
    if (end === start) {
      // Behind the last one there may be headers.
      const last = rest.indexOf('\r\n\r\n', lineEnd);
      return last < 0 ? undefined : { content: Buffer.concat(chunks), end: last + 4 };
    }
    if (rest.length < end + 2) return undefined;
    chunks.push(rest.subarray(start, end));
    at = end + 2;
  }
};
