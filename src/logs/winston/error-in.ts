import { isError } from '../exception.ts';
import { type Info, isInfo, splatKey } from './info.ts';

/** Further arguments that are looked at. */
const mostArguments = 8;

/**
 * The error of a call, wherever it stands: `error(err)`, `error(message, err)`, `error({ err })`, `{ error }`, and what
 * a child logger leaves of one. Looked for before the formats, which take it apart. Never throws.
 */
export const errorIn = (info: Info): unknown => {
  try {
    return errorObjectIn(info) ?? thrownIn(info) ?? leftIn(info);
  } catch {
    return undefined;
  }
};

/** Likewise, where the object itself is still there. May throw. */
export const errorObjectIn = (info: Info): Error | undefined => {
  if (isError(info)) return info;
  const { message } = info;
  if (isError(message)) return message;
  const splat = info[splatKey];
  if (Array.isArray(splat)) {
    for (const argument of splat.slice(0, mostArguments)) {
      if (isError(argument)) return argument;
      const within = isInfo(argument) ? namedIn(argument) : undefined;
      if (within !== undefined) return within;
    }
  }
  // What is logged alone and has no message is the message.
  return namedIn(info) ?? (isInfo(message) ? namedIn(message) : undefined);
};

const namedIn = ({ err, error }: Info): Error | undefined => {
  if (isError(err)) return err;
  return isError(error) ? error : undefined;
};

/** An exception need not be an error. */
const thrownIn = (info: Info): unknown =>
  info.exception === true || info.rejection === true ? info.error : undefined;

/** Child loggers copy stack, message and cause of an error into an object of their own. */
const leftIn = ({ stack, message, cause }: Info): unknown => {
  if (typeof stack !== 'string') return undefined;
  const type = /^(?:Uncaught )?([A-Za-z_$][\w$.]*)(?::|\n|$)/.exec(stack)?.[1] ?? 'Error';
  const left = { constructor: { name: type }, name: type, message, stack, cause };
  return Object.assign(Object.create(Error.prototype), left);
};
