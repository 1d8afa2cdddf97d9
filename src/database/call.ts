import type { TraceIds } from '../traces/trace-ids.ts';

/**
 * Receives one finished database call.
 *
 * @param operation upper-case SQL verb or driver command, `none` where there is none
 * @param table the first table that the statement works on, `none` where there is none
 * @param seconds from the moment it was sent to the server until its result or error was complete
 * @param trace the sampled trace in which the application asked for it, where one is known for sure
 */
export type RecordCall = (
  operation: string,
  table: string,
  seconds: number,
  failed: boolean,
  trace?: TraceIds,
) => void;
