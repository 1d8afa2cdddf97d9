import { isPatchedQuery } from './query.ts';
import {
  type Method,
  type Methods,
  methodNames,
  type Observation,
  observeMethods,
  type QueryTools,
  type Submittable,
  type Who,
} from './query-calls.ts';

const WATCHED: unique symbol = Symbol('watched');

/**
 * Observes what is no Query of pg and is submitted by its client all the same: cursors, streams of rows and of COPY,
 * and anything else with `submit`. Not by their prototypes, which may be anything, and of which one contains another
 * (pg-query-stream a pg-cursor): each object when it is handed to a client. Its methods stay in place around it, and do
 * nothing while no call of it is pending.
 */
export const watchSubmittable = (
  given: unknown,
  tools: QueryTools,
  who: Who,
  observation: Observation,
): void => {
  if (typeof given !== 'object' || given === null) return;
  try {
    if (!('submit' in given)) return;
    const query = given as Submittable & Methods & { [WATCHED]?: true };
    if (query[WATCHED] || isPatchedQuery(query) || !Object.isExtensible(query)) return;
    const { submit, handleReadyForQuery, handleError } = query;
    const original = { submit, handleReadyForQuery, handleError };
    if (methodNames.some(name => typeof original[name] !== 'function' || !canChange(query, name))) return;
    const methods = observeMethods(original, tools, who, observation);
    Object.defineProperty(query, WATCHED, { value: true });
    for (const name of methodNames)
      Object.defineProperty(query, name, around(query, name, original, methods));
  } catch (error) {
    tools.onFailure('pg', error);
  }
};

const canChange = (query: object, name: string): boolean =>
  Object.getOwnPropertyDescriptor(query, name)?.configurable ?? true;

/** A method of its own stays as visible as it was, one of its prototype becomes no property that is seen. */
const around = (
  query: object,
  name: keyof Methods,
  original: Methods,
  methods: Methods,
): PropertyDescriptor => {
  const own = Object.getOwnPropertyDescriptor(query, name);
  const value: Method = methods[name];
  for (const key of ['name', 'length'] as const)
    Object.defineProperty(value, key, { value: original[name][key], configurable: true });
  return { value, writable: true, enumerable: own?.enumerable ?? false, configurable: true };
};
