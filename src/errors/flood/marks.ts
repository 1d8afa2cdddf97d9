/** What is known of errors that have been seen. */
export interface Marks<Value> {
  /** The value of an error, or of the first of its causes that has one; never throws, whatever the error does. */
  readonly find: (error: unknown) => Value | undefined;
  /** Gives an error a value, instead of one that it has; only objects and functions can have one. */
  readonly set: (error: unknown, value: Value) => void;
}

/** Causes that are followed; they may go in a circle. */
const deepest = 8;

/** Makes a class put its private fields on an object that is there already. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it is what this class is for.
    return object;
  }
}

/**
 * Remembers values for as long as the errors live. They are private fields of the errors, which the application cannot
 * see, and which frozen objects and proxies take as well: that costs a tenth of a microsecond, where a WeakMap takes
 * eight times as long for each new object.
 */
export const createMarks = <Value>(): Marks<Value> => {
  class Mark extends Given {
    #value: Value;

    constructor(object: object, value: Value) {
      super(object);
      this.#value = value;
    }

    static of(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }

    static put(object: object, value: Value): void {
      if (#value in object) object.#value = value;
      else new Mark(object, value);
    }
  }

  /** Of objects that take no field: a Node.js to come may not give one to those that are frozen. */
  let others: WeakMap<object, Value> | undefined;

  const of = (object: object): Value | undefined => Mark.of(object) ?? others?.get(object);

  return {
    find: error => {
      try {
        let link = error;
        for (let depth = 0; depth <= deepest && isObject(link); depth++) {
          const value = of(link);
          if (value !== undefined) return value;
          link = (link as { readonly cause?: unknown }).cause;
        }
      } catch {
        // Its cause cannot be read.
      }
      return undefined;
    },
    set: (error, value) => {
      if (!isObject(error)) return;
      try {
        Mark.put(error, value);
      } catch {
        others ??= new WeakMap();
        others.set(error, value);
      }
    },
  };
};

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
