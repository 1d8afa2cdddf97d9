/** All bridges from loggers: a file of its own, read when the application loads one of them. */

import { onImported } from '../instrumentations/imports.ts';
import type { BridgesOptions, Place } from './bridges.ts';
import { patchBunyan } from './bunyan.ts';
import { patchPino } from './pino.ts';
import { patchWinstonConsole } from './winston/console-transport.ts';
import { patchWinston, type WinstonOptions } from './winston/patch.ts';

export { bridgeConsole } from './console.ts';

/** Patches each bunyan that an ES module imports; all of bunyan is one file. */
export const patchImportedBunyan = (options: BridgesOptions): void => {
  const { undo, onFailure } = options;
  const stop = onImported('/bunyan/lib/bunyan.js', exports => {
    try {
      const restore = patchBunyan(exports, options);
      if (restore !== undefined) undo.push(restore);
    } catch (error) {
      onFailure('bunyan', error);
    }
  });
  undo.push(stop);
};

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
