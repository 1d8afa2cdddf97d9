import {
  type Method,
  type Methods,
  methodNames,
  type Observation,
  observeMethods,
  type QueryTools,
  type Who,
} from './query-calls.ts';

/** On the prototype, shared by every copy of this package: a query is counted once. */
const PATCHED = Symbol.for('@ykmake/monitoring/pg');

type Descriptors = Readonly<Record<keyof Methods, { readonly value: Method }>>;

/** The prototype's own three methods as they are, or `undefined` when this is not the Query we know. */
const describeMethods = (prototype: object): Descriptors | undefined => {
  const found: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(prototype);
  const isKnown = methodNames.every(name => {
    const method = found[name];
    return typeof method?.value === 'function' && (method.configurable || method.writable);
  });
  return isKnown ? (found as unknown as Descriptors) : undefined;
};

/**
 * Observes pg at the place where a query meets the wire, below promises, callbacks and the pool: the time in
 * a client's queue is not counted, a call that never reaches the server neither, and no promise gets a
 * then() that would hide the application's unhandled rejections.
 */
export const patchQuery = (exports: unknown, tools: QueryTools, who: Who): (() => void) | undefined => {
  const prototype: unknown = typeof exports === 'function' ? exports.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  if (PATCHED in prototype) return () => {};
  const before = describeMethods(prototype);
  if (before === undefined) return undefined;

  const observation: Observation = { active: true };
  const methods = observeMethods(
    {
      submit: before.submit.value,
      handleReadyForQuery: before.handleReadyForQuery.value,
      handleError: before.handleError.value,
    },
    tools,
    who,
    observation,
  );
  // The mark first: where it cannot be set (a frozen prototype), nothing has been touched yet.
  Object.defineProperty(prototype, PATCHED, { value: true, configurable: true });
  for (const name of methodNames)
    Object.defineProperty(prototype, name, { ...before[name], value: methods[name] });

  return () => {
    if (!observation.active) return;
    observation.active = false;
    Reflect.deleteProperty(prototype, PATCHED);
    for (const name of methodNames) {
      // Somebody who has wrapped ours since stays; ours records nothing any more.
      const current = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (current === methods[name]) Object.defineProperty(prototype, name, before[name]);
    }
  };
};

/** Whether all that the query does to meet the wire goes through a patched prototype: pg's own Query. */
export const isPatchedQuery = (query: object): boolean => {
  if (!(PATCHED in query)) return false;
  for (let at: object | null = query; at !== null; at = Object.getPrototypeOf(at)) {
    const owner = at;
    if (Object.hasOwn(owner, PATCHED)) return true;
    if (methodNames.some(name => Object.hasOwn(owner, name))) return false;
  }
  return false;
};
