/** An answer as it came, whose fields the driver since 6 reads when they are asked for. */
interface OnDemandDocument {
  readonly has: (name: string) => boolean;
  readonly get: (name: string | number, type: number) => OnDemandDocument | null;
  readonly getNumber: (name: string) => number | null;
}

const objectType = 3;
const arrayType = 4;

const isOnDemand = (answer: object): answer is OnDemandDocument => {
  const { has, get, getNumber } = answer as Partial<OnDemandDocument>;
  return typeof has === 'function' && typeof get === 'function' && typeof getNumber === 'function';
};

/** Commands whose answer may hold errors of what they were to write. */
const writes: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'bulkWrite']);

/**
 * The code of the error that the driver is about to make of an answer with `ok: 1`, because not all was written,
 * or not as safely as it was asked for; `undefined`: it will make none.
 */
export const codeOfAnswer = (name: string, answer: unknown): string | undefined => {
  if (typeof answer !== 'object' || answer === null) return undefined;
  return isOnDemand(answer) ? codeOnDemand(name, answer) : codeOfDocument(name, answer);
};

const codeOnDemand = (name: string, answer: OnDemandDocument): string | undefined => {
  if (answer.has('writeConcernError'))
    return text(answer.get('writeConcernError', objectType)?.getNumber('code'));
  if (!writes.has(name)) return undefined;
  if (answer.has('writeErrors'))
    return text(answer.get('writeErrors', arrayType)?.get(0, objectType)?.getNumber('code'));
  return name === 'bulkWrite' && answer.getNumber('nErrors') ? someWrites : undefined;
};

interface Answer {
  readonly writeConcernError?: { readonly code?: unknown } | null;
  readonly writeErrors?: unknown;
  readonly nErrors?: unknown;
}

const codeOfDocument = (name: string, answer: Answer): string | undefined => {
  const { writeConcernError, writeErrors, nErrors } = answer;
  if (writeConcernError) return text(writeConcernError.code);
  if (!writes.has(name)) return undefined;
  if (Array.isArray(writeErrors) && writeErrors.length > 0)
    return text((writeErrors[0] as { readonly code?: unknown } | null)?.code);
  return name === 'bulkWrite' && nErrors ? someWrites : undefined;
};

/** Where the server does not say which error it was. */
const someWrites = 'WriteError';

/** With `promoteValues: false` it is an object of BSON. */
const text = (code: unknown): string => {
  const plain: unknown = typeof code === 'object' ? code?.valueOf() : code;
  return typeof plain === 'number' ? String(plain) : someWrites;
};

/** The server's own code of what a command was rejected with; `undefined`: it was not the server's error. */
export const codeOfError = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, hasErrorLabel } = error as { readonly code?: unknown; readonly hasErrorLabel?: unknown };
  // Others have codes of their own: that of an AbortError is 20.
  return typeof hasErrorLabel === 'function' && code !== undefined ? text(code) : undefined;
};

/** Requests of a change stream do not say it before version 6.9; only answers to one have a token to resume it with. */
export const isOfChangeStream = (answer: unknown): boolean => {
  if (typeof answer !== 'object' || answer === null) return false;
  if (isOnDemand(answer)) return answer.get('cursor', objectType)?.has('postBatchResumeToken') === true;
  const { cursor } = answer as { readonly cursor?: { readonly postBatchResumeToken?: unknown } | null };
  return cursor?.postBatchResumeToken !== undefined;
};
