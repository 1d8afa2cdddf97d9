import { clientClosedRequest } from '../catalog/http-paths.ts';
import type { Answer, EndedRequest } from './lifetime.ts';

const notImplemented = 501;

type Ended = Pick<EndedRequest, 'aborted' | 'status'> & {
  readonly observation: Pick<
    EndedRequest['observation'],
    'error' | 'isErrorInAnswer' | 'isReported' | 'loggedError' | 'route'
  >;
};

/**
 * Whether a request has failed in a way that its application did not mean, and with which error.
 *
 * - A 5xx answer: with the first error that was thrown or passed on, else without one, unless the application has
 *   reported one itself, or no route took the request and 501 says so: that is what routers answer to methods that
 *   they do not know, which any client may send.
 * - A connection that was cut before the answer was complete: with the error that was passed on and not answered, or that
 *   the response was destroyed with; a client that just left is no failure.
 * - Anything else is an answer that the application meant.
 *
 * @returns `undefined`: it has not; `error` is `undefined` where none is known
 */
export const failureOf = (
  { observation, status, aborted }: Ended,
  response: Answer,
): { readonly error: unknown } | undefined => {
  if (!aborted && status < 500) return undefined;
  if (status >= 500) {
    const error = observation.error ?? response.errored ?? undefined;
    if (error !== undefined) return { error };
    const isUnknownMethod = status === notImplemented && observation.route === undefined;
    return isSaid(observation) || isUnknownMethod ? undefined : { error };
  }
  const isAnswered = status !== clientClosedRequest && !observation.isErrorInAnswer;
  const error = (isAnswered ? undefined : observation.error) ?? response.errored ?? undefined;
  if (error === undefined || isRefusal(error)) return undefined;
  // What is still written for a client that has gone fails because of that.
  const isCaused = isEcho(error) || read(error, 'code') === 'ERR_STREAM_WRITE_AFTER_END';
  return isCaused && hasLeft(response) ? undefined : { error };
};

/** Whether a 5xx answer without an error says nothing new: the application has reported why, and has logged no other error. */
const isSaid = ({ isReported, loggedError }: Ended['observation']): boolean =>
  isReported && loggedError === undefined;

/** Whether an error that came after the end of its request is a failure: nobody has answered it. */
export const isLateFailure = (error: unknown): boolean => !isRefusal(error) && !isEcho(error);

/** Codes of errors that a client causes by leaving: of its connection, of streams to or from it, of what was called off for it. */
const echoes: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ECANCELED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ABORT_ERR',
  'ERR_CANCELED',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_SESSION_ERROR',
]);

const isEcho = (error: unknown): boolean =>
  echoes.has(read(error, 'code')) || read(error, 'name') === 'AbortError';

/** An error that says itself that the client is to blame, as `http-errors` and Fastify write it. */
const isRefusal = (error: unknown): boolean => {
  const status = read(error, 'status') ?? read(error, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 500;
};

/** Whether the client has closed its side, or its connection has failed: not so where the application has cut it. */
const hasLeft = ({ req, errored, isLeft }: Answer): boolean => {
  if (isLeft !== undefined) return isLeft;
  const socket = req?.socket;
  return socket?.readableEnded !== false || (socket.errored != null && socket.errored !== errored);
};

/** What was thrown may be anything, with getters that throw. */
const read = (error: unknown, name: string): unknown => {
  try {
    return (error as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
};
