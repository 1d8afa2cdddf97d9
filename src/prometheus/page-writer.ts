import { createSlices } from './slices.ts';

/** Characters that are put together before they become bytes. */
const chunk = 16_384;
/** The most that a UTF-16 code unit takes in UTF-8. */
const bytesPerUnit = 3;
/** Bytes of memory that a page gets beyond the size of the last one. */
const spare = 64 * 1024;

/**
 * Writes pages, each from its pieces into one piece of memory that nothing else lies in, in slices. It keeps the size of the last page, not
 * its memory, so that the next one of about that size is written without a copy.
 *
 * @param now monotonic milliseconds
 */
export const createWriter = (
  now: () => number,
): ((pieces: Iterable<string>) => Promise<Buffer<ArrayBuffer>>) => {
  let lastSize = 0;
  return async pieces => {
    const slices = createSlices(now);
    const buffer = createTextBuffer(lastSize + spare);
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < chunk) continue;
      buffer.append(text);
      text = '';
      if (slices.isOver()) await slices.next();
    }
    buffer.append(text);
    const page = buffer.written();
    lastSize = page.length;
    return page;
  };
};

interface TextBuffer {
  append(text: string): void;
  written(): Buffer<ArrayBuffer>;
}

const createTextBuffer = (size: number): TextBuffer => {
  // Not of Node's pool, and not filled with zeros: only what was written is ever handed out.
  let buffer = Buffer.allocUnsafeSlow(size);
  let used = 0;
  return {
    append: text => {
      const most = text.length * bytesPerUnit;
      if (buffer.length - used < most) buffer = larger(buffer, used, most);
      used += buffer.write(text, used);
    },
    written: () => buffer.subarray(0, used),
  };
};

const larger = (buffer: Buffer, used: number, wanted: number): Buffer<ArrayBuffer> => {
  const copy = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, used + wanted));
  buffer.copy(copy, 0, 0, used);
  return copy;
};
