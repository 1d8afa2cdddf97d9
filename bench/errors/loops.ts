/** Loops that fail a million times, as applications do. */
export interface Loop {
  readonly name: string;
  /** Returns what it has caught; with the index in its message. */
  readonly fail: (index: number) => unknown;
}

/** Words, so that hardly any message comes twice: they hold no number that could be folded. */
const words = Array.from({ length: 4_096 }, (_, index) =>
  Array.from({ length: 3 }, (_, place) => String.fromCharCode(97 + ((index >> (4 * place)) & 15))).join(''),
);

let state = 1;
const word = (): string => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return words[state >>> 20] ?? '';
};

const caught = (fails: () => unknown): unknown => {
  try {
    return fails();
  } catch (error) {
    return error;
  }
};

/** As a request brings it. */
const body = JSON.stringify({
  customer: { id: 4_711, name: 'Ada Lovelace', mail: 'ada@example.org', tags: ['new', 'vip'] },
  items: Array.from({ length: 12 }, (_, index) => ({
    sku: `sku-${index}`,
    count: index,
    price: index * 1.5,
  })),
});

const checkItem = ({ sku, count }: { readonly sku: string; readonly count: number }, order: number): void => {
  if (count > 10) throw new RangeError(`order ${order}: there are not so many of ${sku}`);
};
const checkOrder = (order: number): void => {
  for (const item of JSON.parse(body).items) checkItem(item, order);
};

export const loops: readonly Loop[] = [
  {
    name: 'a body of 0.7 kB is parsed and checked, and refused',
    fail: index => caught(() => checkOrder(index)),
  },
  {
    name: 'JSON.parse of a broken body',
    fail: index => caught(() => JSON.parse(`{"id": ${index}, "name": "bob", "items": [1, 2, 3], }`)),
  },
  {
    name: 'throw new Error, nothing else',
    fail: index =>
      caught(() => {
        throw new Error(`user ${index} not found`);
      }),
  },
  {
    name: 'the same, each with another message',
    fail: index =>
      caught(() => {
        throw new Error(`${word()} ${word()} ${word()} ${word()} ${index}`);
      }),
  },
];
