/** All bridges from loggers: a file of its own, read when the application loads one of them. */

import type { Place } from './bridges.ts';
import { patchBunyan } from './bunyan.ts';
import { patchPino } from './pino.ts';
import { patchWinstonConsole } from './winston/console-transport.ts';
import { patchWinston, type WinstonOptions } from './winston/patch.ts';

export { bridgeConsole } from './console.ts';

/** Patches the exports of a logger's file, and returns what undoes it, if it was as expected. */
export const patchLogger = (
  place: Place,
  exports: unknown,
  options: WinstonOptions,
): (() => void) | undefined => {
  if (place.module === 'pino') return patchPino(exports, options);
  if (place.module === 'bunyan') return patchBunyan(exports, options);
  return place.file === 'lib/winston/logger.js'
    ? patchWinston(exports, options)
    : patchWinstonConsole(exports, options.silently);
};
