import { SocketIoInstrumentation } from '@opentelemetry/instrumentation-socket.io';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

type Listener = ((...parameters: unknown[]) => unknown) & { listener?: unknown };
type On = (this: unknown, event: unknown, listener: Listener) => unknown;

/**
 * What it registers stands for the application's listener, and `off()` did not find that. By `listener` Node.js finds it,
 * as it does for `once()`; whose own stand-in is left alone, for one cannot stand for two.
 */
aroundMethod<(version: unknown) => (original: On) => On>(
  SocketIoInstrumentation,
  '_patchOn',
  patchOn =>
    function (this: unknown, version) {
      const patch = patchOn.call(this, version);
      return original => {
        let given: Listener | undefined;
        const patched = patch(function (this: unknown, event, listener) {
          if (given !== undefined && listener !== given) listener.listener = given;
          return original.call(this, event, listener);
        });
        return function on(this: unknown, event, listener) {
          if (typeof listener !== 'function' || listener.listener !== undefined)
            return original.call(this, event, listener);
          const outer = given;
          given = listener;
          try {
            return patched.call(this, event, listener);
          } finally {
            given = outer;
          }
        };
      };
    },
);

export { SocketIoInstrumentation as Instrumentation };
