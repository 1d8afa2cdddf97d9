import type { TraceIds } from '../traces/trace-ids.ts';
import type { DatabaseCall, RecordCall } from './call.ts';

/** A call that took long, as it is logged. */
export interface SlowCall {
  readonly system: string;
  readonly operation: string;
  readonly table: string;
  /** The SQL without its literals; `undefined`: there was none. */
  readonly statement: string | undefined;
  readonly seconds: number;
  readonly failed: boolean;
  readonly trace: TraceIds | undefined;
}

export interface SlowCallsOptions<Caller> {
  readonly record: (call: DatabaseCall<Caller>) => TraceIds | undefined;
  /** `undefined`: slow calls are not told. */
  readonly slow:
    | {
        readonly fromSeconds: number;
        /** Whether it would be written anywhere right now. */
        readonly isWanted: () => boolean;
        readonly write: (call: SlowCall) => void;
      }
    | undefined;
}

/** Records every call, and tells of those that took long. */
export const createSlowCalls =
  <Caller>({ record, slow }: SlowCallsOptions<Caller>): RecordCall<Caller> =>
  call => {
    const trace = record(call);
    if (slow === undefined || call.seconds < slow.fromSeconds || call.waits || !slow.isWanted()) return;
    const { system, operation, table, text, shown, seconds, failed } = call;
    const statement = typeof text === 'string' ? shown?.(text) : undefined;
    slow.write({ system, operation, table, statement, seconds, failed, trace });
  };
