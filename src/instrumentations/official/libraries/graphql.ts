import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

type Execute = (this: unknown, ...parameters: unknown[]) => unknown;

/** It keeps its spans on the context that the application gives. Where that takes nothing, `execute()` threw: no spans then. */
aroundMethod<(defaultResolver: unknown) => (original: Execute) => Execute>(
  GraphQLInstrumentation,
  '_patchExecute',
  patchExecute =>
    function (this: unknown, defaultResolver) {
      const patch = patchExecute.call(this, defaultResolver);
      return original => {
        const traced = patch(original);
        return function execute(...parameters) {
          const [first, , , fourth] = parameters;
          const given = parameters.length >= 2 ? fourth : (first as { contextValue?: unknown })?.contextValue;
          const isTraced = !given || Object.isExtensible(given);
          return Reflect.apply(isTraced ? traced : original, this, parameters);
        };
      };
    },
);

export { GraphQLInstrumentation as Instrumentation };
