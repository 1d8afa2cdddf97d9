import type { TraceIds } from '../traces/trace-ids.ts';

/** Where an outgoing call goes. */
export interface CallTarget {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query as they are sent. */
  readonly path: string;
}

/** One outgoing call, from the moment it was made. */
export interface ClientCall {
  readonly target: CallTarget;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Absent until an answer has come. */
  status: number | undefined;
  error: unknown;
  /** What the tracing keeps with it. */
  span: unknown;
  /** Where the call stands in its trace, when that is sampled. */
  trace: TraceIds | undefined;
  ended: boolean;
}

export interface EndedCall {
  readonly call: ClientCall;
  readonly seconds: number;
}

/** Makes a span of a call; writes the trace into its headers. */
export interface CallTracing {
  /** @param setHeader adds a header to the call before it is sent; never throws */
  readonly start: (call: ClientCall, setHeader: (name: string, value: string) => void) => void;
  readonly end: (ended: EndedCall) => void;
}

export interface CallObserverOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** `undefined`: calls are not traced. */
  readonly tracing: CallTracing | undefined;
  /** False while a call is made that is none of the application's. */
  readonly isObserved: () => boolean;
  readonly onEnd: (ended: EndedCall) => void;
  readonly onFailure: (hook: string, error: unknown) => void;
}

/** Begins and ends calls for the observers of Node's `http` and of undici alike. */
export interface Calls {
  begin(target: CallTarget, setHeader: (name: string, value: string) => void): ClientCall;
  end(call: ClientCall): void;
}

export const createCalls = ({ now, tracing, onEnd }: CallObserverOptions): Calls => ({
  begin: (target, setHeader) => {
    const call: ClientCall = {
      target,
      startedAt: now(),
      status: undefined,
      error: undefined,
      span: undefined,
      trace: undefined,
      ended: false,
    };
    tracing?.start(call, setHeader);
    return call;
  },
  end: call => {
    if (call.ended) return;
    call.ended = true;
    const ended = { call, seconds: (now() - call.startedAt) / 1000 };
    onEnd(ended);
    tracing?.end(ended);
  },
});
