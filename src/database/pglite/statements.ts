const parse = 'P'.charCodeAt(0);
const simpleQuery = 'Q'.charCodeAt(0);
/** Of longer texts, such as dumps, nobody needs the end. */
const mostBytes = 65_536;
const headerBytes = 5;

/**
 * The SQL of a message of PostgreSQL's protocol that begins a statement; `undefined`: it does not.
 *
 * Source: PostgreSQL, "Message Formats": Parse is a byte, a length, a name and the statement, each name ended by a zero;
 * Query is the same without the name.
 */
export const statementOf = (message: unknown): string | undefined => {
  if (!(message instanceof Uint8Array)) return undefined;
  const [kind] = message;
  if (kind !== parse && kind !== simpleQuery) return undefined;
  const start = kind === parse ? message.indexOf(0, headerBytes) + 1 : headerBytes;
  if (start < headerBytes) return undefined;
  const end = message.indexOf(0, start);
  const length = Math.min(mostBytes, (end < 0 ? message.length : end) - start);
  return withoutLiveIds(Buffer.from(message.buffer, message.byteOffset + start, length).toString());
};

/** The extension for live queries names each of its views and statements by a new id. */
const withoutLiveIds = (text: string): string =>
  text.includes('live_query_') ? text.replace(/live_query_[0-9a-f]{32}/g, 'live_query') : text;
