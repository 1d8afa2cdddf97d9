import { type AnyFunction, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { observeConnections } from '../postgres/connection.ts';
import { createQueryCalls, type Observation, type Query } from '../postgres/query.ts';

/** postgres.js: the file of its queries, and the one of its connections, of each of its two builds. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { onFailure } = tools;
  return ({ file, exports }) => {
    const observation: Observation = { active: true };
    const queries = createQueryCalls(tools, observation);
    const stop = (): void => {
      observation.active = false;
    };
    if (file?.endsWith('connection.js')) {
      const view = exports as { default?: unknown };
      const observed = observeConnections(view.default, queries, observation, onFailure);
      if (observed === undefined) return undefined;
      view.default = observed;
      return stop;
    }
    const { Query: exported } = (exports ?? {}) as { Query?: { readonly prototype?: unknown } };
    const prototype = exported?.prototype as Record<string, unknown> | undefined;
    const undo = replaceMethods(prototype, {
      // Every way to ask for a query comes here, the first time to send it.
      handle: (original: AnyFunction) =>
        function handle(this: Query, ...parameters: unknown[]): unknown {
          queries.ask(this);
          return Reflect.apply(original, this, parameters);
        },
    });
    return (
      undo &&
      (() => {
        stop();
        undo();
      })
    );
  };
};
