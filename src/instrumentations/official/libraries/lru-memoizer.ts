import { LruMemoizerInstrumentation } from '@opentelemetry/instrumentation-lru-memoizer';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

type Memoizer = (...options: unknown[]) => object;
interface Definition {
  patch?: (exports: Memoizer) => Memoizer;
}

/** What it hands on are functions without anything of the library's on them: `keys()`, `del()`, `reset()`, `on()` were gone. */
aroundMethod<() => Definition[]>(
  LruMemoizerInstrumentation,
  'init',
  init =>
    function (this: unknown) {
      const definitions = init.call(this);
      for (const definition of definitions) {
        const { patch } = definition;
        if (patch !== undefined) definition.patch = exports => withMethods(exports, patch);
      }
      return definitions;
    },
);

const withMethods = (exports: Memoizer, patch: (exports: Memoizer) => Memoizer): Memoizer => {
  let made: object | undefined;
  const remembered: Memoizer = function (this: unknown, ...options) {
    made = exports.apply(this, options);
    return made;
  };
  const patched = patch(remembered);
  const memoizer: Memoizer = function (this: unknown, ...options) {
    return Object.assign(patched.apply(this, options), made);
  };
  return Object.assign(memoizer, exports);
};

export { LruMemoizerInstrumentation as Instrumentation };
