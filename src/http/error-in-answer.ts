import type { ServerResponse } from 'node:http';
import { noteError, type RequestObservation } from './observation.ts';

const noted = new WeakSet<object>();

/**
 * Writes down an error whose request is going to be answered as if there was none: in the middle of an answer that goes
 * on, or in one of its parts. Where the status says it after all, the error is part of the answer; else it is told like
 * one that comes after it.
 */
export const noteErrorInAnswer = (
  observation: RequestObservation,
  error: unknown,
  response: ServerResponse,
  onFailure: (error: unknown) => void,
): void => {
  // One failure a request, and no more listeners than these.
  if (noted.has(observation)) return;
  noted.add(observation);
  const note = (): void => {
    try {
      noteError(observation, error, response);
    } catch (failure) {
      onFailure(failure);
    }
  };
  if (observation.status !== undefined) {
    note();
    return;
  }
  response.once('prefinish', () => {
    if (response.statusCode >= 500) note();
  });
  response.once('close', note);
};
