/**
 * Two numbers that tell errors apart, made without a single new text: a million errors are to cost little. They hold
 * for one process; two different errors have the same one in one of four thousand million cases.
 */

/** Characters that are read of a text; what comes behind tells no more apart. */
const longest = 256;

const digit = 1;
/** `x` because of `0x1f`. */
const hexadecimal = 2;
const letter = 4;
const joint = 8;

/** What an identifier can consist of, by its character code; 0: it ends there. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) return digit;
  if (/[a-fx]/i.test(character)) return hexadecimal;
  if (/[a-z_]/i.test(character)) return letter;
  return character === '-' ? joint : 0;
});

const start = 0x811c9dc5 | 0;

/** Source: FNV-1a, by characters instead of bytes. */
const mix = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193);

const hashText = (hash: number, text: string, from: number, to: number): number => {
  let mixed = hash;
  for (let at = from; at < to; at++) mixed = mix(mixed, text.charCodeAt(at));
  return mixed;
};

/**
 * Like `hashText`, with a single mark for each number and for each word that is an identifier by its looks: one of
 * hexadecimal digits and hyphens with a number in it, or one in which digits and letters take turns.
 */
const hashFolded = (hash: number, text: string): number => {
  const end = Math.min(text.length, longest);
  let mixed = hash;
  let before = hash;
  let seen = 0;
  let turns = 0;
  let last = 0;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] ?? 0) : 0;
    if (kind === 0) {
      if (isIdentifier(seen, turns)) mixed = mix(before, digit);
      mixed = mix(mixed, code);
      before = mixed;
      seen = 0;
      turns = 0;
    } else {
      if (kind !== digit) mixed = mix(mixed, code);
      else if (last !== digit) mixed = mix(mixed, digit);
      if (last === digit && kind !== digit && kind !== joint) turns++;
      seen |= kind;
    }
    last = kind;
  }
  return isIdentifier(seen, turns) ? mix(before, digit) : mixed;
};

const isIdentifier = (seen: number, turns: number): boolean =>
  (seen & digit) !== 0 && (turns > 1 || (seen & letter) === 0);

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly constructor?: { readonly name?: unknown };
}

/** Of an error whose fields cannot be read. */
const unreadable = 1;

/** Of the last error, as most come in rows; no error is of the first one. */
let lastType: unknown = Symbol('none');
let lastName: unknown;
let lastHash = 0;

/**
 * The first level: its type, and its message with numbers folded. Of what is no error: a text, or what it is. Never
 * throws, and calls nothing but getters.
 */
export const hashOfMessage = (error: unknown): number => {
  try {
    if (typeof error === 'object' && error !== null) {
      const { name, message, constructor: type } = error as ErrorLike;
      if (type !== lastType || name !== lastName) {
        lastHash = hashOfType(name, type?.name);
        lastType = type;
        lastName = name;
      }
      return typeof message === 'string' ? hashFolded(lastHash, message) : lastHash;
    }
    const hash = hashOfType(typeof error, undefined);
    return typeof error === 'string' ? hashFolded(hash, error) : hash;
  } catch {
    return unreadable;
  }
};

const hashOfType = (name: unknown, type: unknown): number => {
  let hash = start;
  if (typeof name === 'string') hash = hashText(hash, name, 0, Math.min(name.length, longest));
  if (typeof type === 'string' && type !== name)
    hash = hashText(hash, type, 0, Math.min(type.length, longest));
  return mix(hash, 0);
};

/** Frames that are read: the place where it was thrown, and others of the application. */
const framesRead = 4;
/** Those that are looked at for them: a stack is a text that anybody may have written. */
const framesSeen = 64;

const frameStart = '\n    at ';

/**
 * The second level: where it was thrown, and the first frames of the application above. What lies between, of
 * libraries and of Node.js, differs with the way that a call happened to take, and is often the same for quite
 * different errors. 0: it has no stack. Never throws; takes some microseconds where the stack has not been read before.
 */
export const hashOfPlace = (error: unknown): number => {
  try {
    if (typeof error !== 'object' || error === null) return 0;
    const { stack, message } = error as ErrorLike;
    if (typeof stack !== 'string') return 0;
    let hash = start;
    let read = 0;
    let at = stack.indexOf(frameStart, endOfMessage(stack, message));
    for (let seen = 0; at >= 0 && read < framesRead && seen < framesSeen; seen++) {
      const from = at + frameStart.length;
      at = stack.indexOf('\n', from);
      const end = endOfPosition(stack, at < 0 ? stack.length : at);
      if (end < 0) continue;
      // Without the name of the function, which may depend on what it was called on, or begin with `async`.
      const frame = stack.slice(from, end);
      const begin = from + Math.max(frame.lastIndexOf(' '), frame.lastIndexOf('(')) + 1;
      if (stack.startsWith('node:', begin)) continue;
      if (read > 0 && isBetween(stack.indexOf('node_modules', begin), begin, end)) continue;
      hash = hashText(hash, stack, begin, end);
      read++;
    }
    return read === 0 ? 0 : hash;
  } catch {
    return 0;
  }
};

/** Lines of the message may look like frames. */
const endOfMessage = (stack: string, message: unknown): number => {
  const at = typeof message === 'string' ? stack.indexOf(message) : -1;
  return at < 0 || typeof message !== 'string' ? 0 : at + message.length;
};

/** Behind `:line:column` at the end of a frame; -1: it has none, as `<anonymous>` or `Promise.all (index 3)`. */
const endOfPosition = (stack: string, frameEnd: number): number => {
  const end = stack.charCodeAt(frameEnd - 1) === closingBracket ? frameEnd - 1 : frameEnd;
  let at = end - 1;
  while (isDigit(stack.charCodeAt(at))) at--;
  return at < end - 1 && stack.charCodeAt(at) === colon ? end : -1;
};

const closingBracket = 41;
const colon = 58;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isBetween = (index: number, from: number, to: number): boolean => index >= from && index < to;
