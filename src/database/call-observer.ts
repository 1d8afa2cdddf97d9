import { performance } from 'node:perf_hooks';
import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { DatabaseName, RecordCall } from './call.ts';
import type { DatabaseLabels } from './labels.ts';

/** What the adapter of a client says of a call when it is sent. */
export interface SentCall {
  /** By OpenTelemetry's `db.system.name`, for example `postgresql`. */
  readonly system: string;
  /** SQL as it is sent, which says operation and table; its literals do not leave the process. */
  readonly text?: unknown;
  /** The command of a client without SQL, in any case. */
  readonly operation?: string;
  /** Its collection, table or the like. */
  readonly table?: string | undefined;
  readonly database?: DatabaseName | undefined;
  /** Who asked for it, where that is not whoever is active now: what `caller()` said then; `null`: nobody. */
  readonly caller?: object | null | undefined;
}

/** A call that was sent and has not ended. */
export interface OpenCall {
  /** Monotonic milliseconds. */
  readonly start: number;
  readonly sent: SentCall;
  readonly caller: object | undefined;
  isOpen: boolean;
}

/**
 * What adapters tell of calls. Nothing in it throws. A call begins when it is sent to the server, not while it waits for a
 * connection or behind others of its own client, and ends when its result is complete, or with its error.
 */
export interface CallObserver {
  /** Who is active now, to be remembered where a call is sent later than it was asked for; `undefined`: nobody. */
  readonly caller: () => object | undefined;
  /** `undefined`: it is not observed. */
  readonly begin: (sent: SentCall) => OpenCall | undefined;
  /** The call was answered. The first end counts, of `undefined` none. */
  readonly end: (call: OpenCall | undefined) => void;
  /**
   * The call has failed, was cancelled, or lost its connection. The first end counts.
   *
   * @param code the database's own, where that is not the error's `code`
   */
  readonly fail: (call: OpenCall | undefined, error: unknown, code?: string) => void;
  /** It was never sent after all: it does not count. */
  readonly drop: (call: OpenCall | undefined) => void;
}

export interface CallObserverOptions<Caller extends object> {
  /** Named when our own code fails. */
  readonly client: string;
  readonly labels: DatabaseLabels;
  readonly record: RecordCall<Caller>;
  readonly active: () => Caller | undefined;
  readonly onFailure: OnHookFailure;
}

/** Bound now, so that an application's fake timers do not become our clock. */
const now = performance.now.bind(performance);

export const createCallObserver = <Caller extends object>({
  client,
  labels,
  record,
  active,
  onFailure,
}: CallObserverOptions<Caller>): CallObserver => {
  const caller = (): Caller | undefined => {
    try {
      return active();
    } catch (error) {
      onFailure(client, error);
      return undefined;
    }
  };

  const finish = (call: OpenCall, failed: boolean, error: unknown, code: string | undefined): void => {
    call.isOpen = false;
    const seconds = (now() - call.start) / 1000;
    try {
      const { system, text, database } = call.sent;
      const { operation, table } = labels(call.sent);
      const start = call.start;
      const caller = call.caller as Caller | undefined;
      // Written out: to copy it from another object costs more than all the rest here.
      record({ system, operation, table, text, start, seconds, failed, error, code, caller, database });
    } catch (failure) {
      onFailure(client, failure);
    }
  };

  return {
    caller,
    begin: sent => {
      const asked = sent.caller === undefined ? caller() : (sent.caller ?? undefined);
      return { start: now(), sent, caller: asked, isOpen: true };
    },
    end: call => {
      if (call?.isOpen) finish(call, false, undefined, undefined);
    },
    fail: (call, error, code) => {
      if (call?.isOpen) finish(call, true, error, code);
    },
    drop: call => {
      if (call !== undefined) call.isOpen = false;
    },
  };
};
