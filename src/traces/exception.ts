import type { Attributes } from '@opentelemetry/api';

const longest = 4_096;

/** The class of what was thrown, for `error.type`; never throws. */
export const errorType = (error: unknown): string => {
  try {
    if (!(error instanceof Error)) return typeof error;
    const { code } = error as NodeJS.ErrnoException;
    const name = error.constructor?.name || error.name;
    return (name === 'Error' && typeof code === 'string' ? code : name).slice(0, 128);
  } catch {
    return 'unknown';
  }
};

/**
 * Attributes of an `exception` event; never throws. Source: semantic conventions, "Exceptions on spans".
 *
 * @param redact takes secrets out of a text
 */
export const exceptionEvent = (error: unknown, redact: (text: string) => string): Attributes => {
  const attributes: Attributes = { 'exception.type': errorType(error) };
  try {
    const message = String(error instanceof Error ? error.message : error);
    attributes['exception.message'] = redact(message).slice(0, longest);
    if (error instanceof Error && typeof error.stack === 'string') {
      attributes['exception.stacktrace'] = redact(error.stack).slice(0, longest);
    }
  } catch {
    // A getter of the application that throws.
  }
  return attributes;
};
