import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Eight bits for each of red, green and blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Reads what Chromium writes: eight bits a channel, not interlaced; how transparent a pixel is gets lost. */
export const decodePng = (png: Buffer): Pixels => {
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      channels = { 2: 3, 6: 4 }[body[9] ?? -1] ?? 0;
      if (body[8] !== 8 || channels === 0 || body[12] !== 0)
        throw new Error(`a PNG of depth ${body[8]} and colour type ${body[9]}, expected 8 and 2 or 6`);
    }
    if (type === 'IDAT') parts.push(body);
    at += length + 12;
  }
  const raw = unfiltered(inflateSync(Buffer.concat(parts)), height, width * channels, channels);
  if (channels === 3) return { width, height, rgb: raw };
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) raw.copy(rgb, pixel * 3, pixel * 4, pixel * 4 + 3);
  return { width, height, rgb };
};

const unfiltered = (data: Buffer, height: number, stride: number, channels: number): Buffer => {
  const raw = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      raw[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, raw, at, x, y, stride, channels);
    }
  }
  return raw;
};

/** What a filter of PNG expects a byte to be from those at its left and above it. */
const predicted = (
  filter: number,
  raw: Buffer,
  at: number,
  x: number,
  y: number,
  stride: number,
  channels: number,
): number => {
  const left = x < channels ? 0 : (raw[at - channels] ?? 0);
  const above = y === 0 ? 0 : (raw[at - stride] ?? 0);
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const corner = x < channels || y === 0 ? 0 : (raw[at - stride - channels] ?? 0);
  const guess = left + above - corner;
  const [byLeft, byAbove, byCorner] = [left, above, corner].map(value => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
};

/**
 * With a palette of 256 colours: a third of the bytes. Colours that are nearly the same become one, which nobody sees
 * on a page of few colours and many soft edges.
 */
export const encodeWithPalette = ({ width, height, rgb }: Pixels): Buffer => {
  const colors = paletteOf(rgb);
  const nearest = nearestIn(colors);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = nearest(rgb.readUIntBE((y * width + x) * 3, 3));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.alloc(colors.length * 3);
  for (const [index, color] of colors.entries()) palette.writeUIntBE(color, index * 3, 3);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** Those that fill areas, and the most frequent others at a distance from each other: the smallest that leaves 256. */
const paletteOf = (rgb: Buffer): readonly number[] => {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const color = rgb.readUIntBE(at, 3);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const byCount = [...counts.keys()].sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0));
  const isArea = (color: number): boolean => (counts.get(color) ?? 0) > rgb.length / 3 / 500;
  for (let apart = 0; ; apart += 2) {
    const chosen: number[] = [];
    for (const color of byCount) {
      if (isArea(color) || chosen.every(other => distance(color, other) > apart)) chosen.push(color);
      if (chosen.length > 256) break;
    }
    if (chosen.length <= 256) return chosen;
  }
};

const nearestIn = (colors: readonly number[]) => {
  const known = new Map<number, number>();
  return (color: number): number => {
    const before = known.get(color);
    if (before !== undefined) return before;
    const distances = colors.map(other => distance(color, other));
    const index = distances.indexOf(Math.min(...distances));
    known.set(color, index);
    return index;
  };
};

const distance = (one: number, other: number): number =>
  Math.hypot(
    (one >> 16) - (other >> 16),
    ((one >> 8) & 255) - ((other >> 8) & 255),
    (one & 255) - (other & 255),
  );

const chunk = (type: string, body: Buffer): Buffer => {
  const bytes = Buffer.alloc(body.length + 12);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, 'latin1');
  body.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
};
