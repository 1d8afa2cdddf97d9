import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ConsoleBridge } from '../console.ts';

type Log = (this: unknown, info: unknown, callback: unknown) => unknown;

/**
 * What Winston's own transport prints with `console` (`forceConsole`, or where console has no stream) is a record
 * already, also when it prints later than it was given the line.
 */
export const patchWinstonConsole = (
  exports: unknown,
  silently: ConsoleBridge['silently'] | undefined,
): (() => void) | undefined => {
  if (silently === undefined || typeof exports !== 'function') return undefined;
  return replaceMethods(exports.prototype as Methods, {
    log: original =>
      function log(this: unknown, info: unknown, callback: unknown): unknown {
        return silently(() => (original as Log).call(this, info, callback));
      },
  });
};
