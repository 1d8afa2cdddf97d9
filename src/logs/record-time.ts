import type { HrTime } from '@opentelemetry/api';
import { hrTimeOf } from './outgoing-record.ts';

/** In the year 2554 nanoseconds since 1970 end to fit 64 bits. */
const lastSecond = 2 ** 34;

/**
 * What the API calls a `TimeInput`: seconds and nanoseconds, a date, milliseconds since 1970 or since the process began.
 * `undefined` for anything else, and for times that cannot be sent.
 */
export const timeOf = (input: unknown, timeOrigin: number): HrTime | undefined => {
  const time = read(input, timeOrigin);
  if (time === undefined) return undefined;
  const [seconds, nanoseconds] = time;
  const isSendable = seconds >= 0 && seconds < lastSecond && nanoseconds >= 0 && nanoseconds < 2e9;
  return isSendable && Number.isInteger(seconds) && Number.isInteger(nanoseconds) ? time : undefined;
};

const read = (input: unknown, timeOrigin: number): HrTime | undefined => {
  if (typeof input === 'number')
    return input < timeOrigin / 2 ? sinceOrigin(input, timeOrigin) : hrTimeOf(input);
  if (input instanceof Date) return hrTimeOf(input.getTime());
  if (!Array.isArray(input) || input.length !== 2) return undefined;
  const [seconds, nanoseconds]: readonly unknown[] = input;
  return typeof seconds === 'number' && typeof nanoseconds === 'number' ? [seconds, nanoseconds] : undefined;
};

/** Added part by part, which keeps the nanoseconds. */
const sinceOrigin = (milliseconds: number, timeOrigin: number): HrTime => {
  const [seconds, nanoseconds] = hrTimeOf(timeOrigin);
  const [more, moreNanoseconds] = hrTimeOf(milliseconds);
  const sum = nanoseconds + moreNanoseconds;
  return sum >= 1e9 ? [seconds + more + 1, sum - 1e9] : [seconds + more, sum];
};
