import type { OnLoggedError } from '../logged-error.ts';
import { isSeen } from '../prepared.ts';
import { isErrorLevel } from '../severity.ts';
import { errorObjectIn } from '../winston/error-in.ts';
import type { Info as AnyInfo } from '../winston/info.ts';
import type { Info } from './call.ts';

/**
 * Finds the error of a call that whoever wants logged errors is to be told of; a bridge that sees the `info`, too, then
 * leaves it to us. Returns what tells them.
 */
export type FindLoggedError = (info: Info) => (() => void) | undefined;

/** @param onFailure told when the search or `onLoggedError` throws */
export const createFindLoggedError = (
  onLoggedError: OnLoggedError | undefined,
  onFailure: (error: unknown) => void,
): FindLoggedError => {
  if (onLoggedError === undefined) return () => undefined;
  return info => {
    try {
      if (info[isSeen] || !isErrorLevel(info.level)) return undefined;
      const error = errorObjectIn(info as object as AnyInfo);
      if (error === undefined) return undefined;
      info[isSeen] = true;
      const message = typeof info.message === 'string' ? info.message : undefined;
      return () => {
        try {
          onLoggedError(error, { message, logger: '@ykmake/monitoring' });
        } catch (failure) {
          onFailure(failure);
        }
      };
    } catch (failure) {
      onFailure(failure);
      return undefined;
    }
  };
};
