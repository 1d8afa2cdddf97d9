import { types } from 'node:util';
import { unreadable } from './described.ts';

/** A property, and what stands for one that throws. */
export const read = (object: object, name: string): unknown => {
  try {
    return (object as Readonly<Record<string, unknown>>)[name];
  } catch {
    return unreadable;
  }
};

export const callToJson = (toJson: CallableFunction, value: object): unknown => {
  try {
    return Reflect.apply(toJson, value, ['']) as unknown;
  } catch {
    return unreadable;
  }
};

/**
 * Of a Proxy without asking it about each one, which would run a function of the application's each time. The engine
 * makes the list as a whole: of 200,000 names that takes longer than all the rest.
 */
export const namesOf = (object: object): readonly (string | symbol)[] =>
  types.isProxy(object) ? Reflect.ownKeys(object) : Object.keys(object);

/** By index, as what an array has an iterator of may be the application's. */
export function* arrayItems(array: readonly unknown[]): Generator<unknown> {
  for (let index = 0; index < array.length; index++) yield readItem(array, index);
}

const readItem = (array: readonly unknown[], index: number): unknown => {
  try {
    return array[index];
  } catch {
    return unreadable;
  }
};

export const sizeOf = (collection: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number =>
  Number((types.isMap(collection) ? mapSize : setSize)?.call(collection) ?? 0);

const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')?.get;

export const primitiveOf = (boxed: object): unknown => {
  if (types.isStringObject(boxed)) return String.prototype.valueOf.call(boxed);
  if (types.isNumberObject(boxed)) return Number.prototype.valueOf.call(boxed);
  if (types.isBooleanObject(boxed)) return Boolean.prototype.valueOf.call(boxed);
  if (types.isBigIntObject(boxed)) return BigInt.prototype.valueOf.call(boxed);
  return Symbol.prototype.valueOf.call(boxed);
};
