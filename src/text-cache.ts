/** Longer texts are read anew each time: they are rarely the same twice, and remembering them costs memory. */
const MAX_TEXT = 4096;
/** Bounds of one of the two generations. */
const MAX_ENTRIES = 500;
const MAX_CHARACTERS = 500_000;

/**
 * Remembers what is read of a text, in bounded memory: two generations of at most 500 texts and 500,000
 * characters. What is asked for again moves into the young one; when that is full it becomes the old one, which
 * is forgotten. So a flood of texts that are never repeated does not push out the others.
 */
export const rememberTexts = <Value>(read: (text: string) => Value): ((text: string) => Value) => {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let characters = 0;

  const remember = (text: string, value: Value): void => {
    if (young.size >= MAX_ENTRIES || characters + text.length > MAX_CHARACTERS) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(detach(text), value);
    characters += text.length;
  };

  return text => {
    const known = young.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_TEXT) return read(text);
    const value = old.get(text) ?? read(text);
    remember(text, value);
    return value;
  };
};

/** A copy of its own: V8's slices keep the whole text that they come from alive. */
export const detach = (text: string): string => ` ${text}`.slice(1);
