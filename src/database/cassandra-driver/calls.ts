import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import type { CallObserver, OpenCall, SentCall } from '../call-observer.ts';
import { type Connection, type Request, sentCall } from './request.ts';

/** `lib/request-execution.js`: what the application asks for, with its retries, at one host. */
interface Execution {
  readonly _parent?: Handler;
  readonly _request?: Request;
  readonly _connection?: Connection;
  readonly _operation?: Operation | null;
}

/** `lib/request-handler.js`: what the application asks for, wherever it is sent. */
interface Handler {
  [asked]?: object | null;
}

/** `lib/operation-state.js`: a request on a connection, the driver's own ones, too. */
interface Operation {
  [sent]?: SentCall | undefined;
  [pending]?: OpenCall | undefined;
}

const asked = Symbol('caller');
const sent = Symbol('application call');
const pending = Symbol('pending database call');

type Method = (this: never, ...parameters: unknown[]) => unknown;
type Around = (original: AnyFunction) => AnyFunction;

/** EXECUTE of a statement that the server has forgotten: it is prepared and sent again, and was not executed. */
const unprepared = 0x2500;

interface DriverError {
  readonly code?: unknown;
}

/** The protocol's code, `0x2200`; where the server has not answered there is none. */
const codeOf = ({ code }: DriverError): string | undefined =>
  typeof code === 'number' ? `0x${code.toString(16).padStart(4, '0')}` : undefined;

/**
 * Observes the driver where a request meets its connection. An execution says which of a connection's requests are the
 * application's: what the driver asks for itself, to prepare statements, to know its hosts or to keep a connection alive,
 * is sent without one. An operation says when it is written and answered: each attempt is one, and each page.
 */
export const createCassandraCalls = (
  calls: CallObserver,
  onFailure: OnHookFailure,
): Readonly<Record<'execution' | 'operation', Readonly<Record<string, Around>>>> => {
  /** A retry is sent in the context of whatever had the connection's answer. */
  const callerOf = (handler: Handler): object | null => {
    const known = handler[asked];
    if (known !== undefined) return known;
    const caller = calls.caller() ?? null;
    handler[asked] = caller;
    return caller;
  };

  const send = (original: AnyFunction): Method =>
    function _sendOnConnection(this: Execution, ...parameters): unknown {
      let call: SentCall | undefined;
      try {
        const { _parent: handler, _request: request, _connection: connection } = this;
        if (handler && request && connection) call = sentCall(request, connection, callerOf(handler));
      } catch (error) {
        onFailure('cassandra-driver', error);
      }
      const result: unknown = Reflect.apply(original, this, parameters);
      // It is written in a later turn at the earliest.
      const operation = this._operation;
      if (call !== undefined && operation) operation[sent] = call;
      return result;
    };

  /** Asked of an operation once, when it has been written. */
  const written = (original: AnyFunction): Method =>
    function isByRow(this: Operation, ...parameters): unknown {
      const call = this[sent];
      if (call !== undefined) {
        this[sent] = undefined;
        this[pending] = calls.begin(call);
      }
      return Reflect.apply(original, this, parameters);
    };

  const end = (call: OpenCall, error: DriverError | null | undefined): void => {
    try {
      if (!error) calls.end(call);
      else if (error.code === unprepared) calls.drop(call);
      else calls.fail(call, error, codeOf(error));
    } catch (failure) {
      onFailure('cassandra-driver', failure);
    }
  };

  /** Whatever ends an operation comes by here, and the answer to one that is not waited for any more, too. */
  const answered = (original: AnyFunction): Method =>
    function _swapCallbackAndInvoke(this: Operation, ...parameters): unknown {
      const call = this[pending];
      if (call !== undefined) {
        this[pending] = undefined;
        end(call, parameters[0] as DriverError | null | undefined);
      }
      return Reflect.apply(original, this, parameters);
    };

  return {
    execution: { _sendOnConnection: send as Around },
    operation: { isByRow: written as Around, _swapCallbackAndInvoke: answered as Around },
  };
};
