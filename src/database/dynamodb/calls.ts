import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import type { CallObserver, OpenCall } from '../call-observer.ts';
import { tableOf } from './input.ts';

interface Arguments {
  readonly input?: Parameters<typeof tableOf>[0];
  readonly request?: { readonly hostname?: unknown; readonly port?: unknown; readonly protocol?: unknown };
  /** Goes from our outer function to our inner one: the SDK hands on what it does not know. */
  readonly [sending]?: Sending;
}

/** What the application asks for, with the SDK's retries. */
interface Sending {
  call: OpenCall | undefined;
  /** An attempt got through to something that listens. */
  reached: boolean;
}

interface Context {
  readonly commandName?: unknown;
}
type Next = (args: Arguments) => Promise<unknown>;
type Middleware = (next: Next, context: Context) => Next;

interface Stack {
  readonly add: (middleware: Middleware, options: object) => void;
}
interface Command {
  readonly middlewareStack: Stack;
}

const sending: unique symbol = Symbol('sending');

/** With these nobody was there: nothing was sent. */
const unreachable: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;

/** `ResourceNotFoundException`: what the service answers has a fault, and its own name for it. */
const nameOf = (error: unknown): string | undefined => {
  const { name, $fault: fault } = (error ?? {}) as { readonly name?: unknown; readonly $fault?: unknown };
  return fault !== undefined && typeof name === 'string' ? name : undefined;
};

/** Around all attempts, and of each of them what is next to the connection. A command that is sent again has them already. */
const outside = { step: 'build', priority: 'low', name: 'ykmakeMonitoringCall', override: true };
const inside = { step: 'deserialize', priority: 'low', name: 'ykmakeMonitoringAttempt', override: true };

const portOf = (request: Arguments['request']): number | undefined => {
  if (typeof request?.port === 'number') return request.port;
  return request?.protocol === 'http:' ? 80 : 443;
};

/**
 * Observes a command where the SDK sends it: begun with its first attempt, behind credentials and signature, and ended
 * when the result of the last one is read. The SDK's own way to add to what a command does is the only one that is the same
 * in all of its layouts.
 *
 * @returns what goes around a command's `resolveMiddleware`
 */
export const createDynamoDbCalls = (
  calls: CallObserver,
  onFailure: OnHookFailure,
): ((original: AnyFunction) => AnyFunction) => {
  const finish = (state: Sending, error: unknown): void => {
    try {
      if (state.reached) calls.fail(state.call, error, nameOf(error));
      else calls.drop(state.call);
    } catch (failure) {
      onFailure('dynamodb', failure);
    }
  };

  const around: Middleware = next => async args => {
    const state: Sending = { call: undefined, reached: false };
    try {
      const result = await next({ ...args, [sending]: state });
      calls.end(state.call);
      return result;
    } catch (error) {
      finish(state, error);
      throw error;
    }
  };

  const begin = ({ input, request }: Arguments, { commandName }: Context): OpenCall | undefined => {
    try {
      return calls.begin({
        system: 'aws.dynamodb',
        operation: String(commandName).replace(/Command$/, ''),
        table: tableOf(input),
        database: {
          host: typeof request?.hostname === 'string' ? request.hostname : undefined,
          port: portOf(request),
        },
      });
    } catch (error) {
      onFailure('dynamodb', error);
      return undefined;
    }
  };

  const attempt =
    (signal?: AbortSignal): Middleware =>
    (next, context) =>
    async args => {
      const state = args[sending];
      // What was aborted before is not sent.
      if (state === undefined || signal?.aborted === true) return next(args);
      state.call ??= begin(args, context);
      try {
        const answer = await next(args);
        state.reached = true;
        return answer;
      } catch (error) {
        state.reached ||= !unreachable.has(codeOf(error));
        throw error;
      }
    };
  const attempts = attempt();

  const resolveMiddleware = (original: AnyFunction) =>
    function resolveMiddleware(this: Command, ...parameters: unknown[]): unknown {
      try {
        const signal = (parameters[2] as { abortSignal?: AbortSignal } | undefined)?.abortSignal;
        this.middlewareStack.add(around, outside);
        this.middlewareStack.add(signal === undefined ? attempts : attempt(signal), inside);
      } catch (error) {
        onFailure('dynamodb', error);
      }
      return Reflect.apply(original, this, parameters);
    };
  return resolveMiddleware as (original: AnyFunction) => AnyFunction;
};
