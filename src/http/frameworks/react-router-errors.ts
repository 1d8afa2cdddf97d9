/** What the router makes of `data()`; or `internal`, of a mistake in the request, with an error that says which. */
interface ErrorResponse {
  readonly status: number;
  readonly internal: boolean;
  readonly error?: unknown;
}

/** What `handleError` is told that is no answer: the original error, in an object as it may be anything. */
export const errorIn = (error: unknown): { readonly error: unknown } | undefined => {
  if (!isErrorResponse(error)) return error instanceof Response ? undefined : { error };
  return error.status >= 500 && error.error !== undefined ? { error: error.error } : undefined;
};

/** Whether the router itself refuses a request: no route takes its path, or none its method. */
export const isRefused = (error: unknown): boolean => isErrorResponse(error) && error.internal;

/** Whether an error only says that the client has left: as old versions put it, by a plain one. */
export const isCalledOff = (error: unknown, { signal }: Request): boolean =>
  signal.aborted &&
  (error === signal.reason ||
    (error instanceof Error && /^query(?:Route)?\(\) call aborted: /.test(error.message)));

/** Where the application has no `handleError`, the framework prints; as it finds ours, it does not. */
export const printError = (error: unknown, { signal }: Request, mode: unknown): void => {
  if (mode === 'test' || signal.aborted) return;
  // biome-ignore lint/suspicious/noConsole: it is the application's output, as without us
  console.error((isErrorResponse(error) && error.error) || error);
};

const isErrorResponse = (value: unknown): value is ErrorResponse => {
  const { status, statusText, internal } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof status === 'number' && typeof statusText === 'string' && typeof internal === 'boolean';
};
