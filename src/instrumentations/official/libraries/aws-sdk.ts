import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { isMadeElsewhere } from '../../spans-made-elsewhere.ts';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

interface ExecutionContext {
  readonly clientName?: unknown;
}
type Resolve = (this: unknown, handler: unknown, context: ExecutionContext) => unknown;

/** A call of DynamoDB would be two spans: ours is one of a database, and counts where it is not traced, too. */
aroundMethod<(version: unknown, original: Resolve) => Resolve>(
  AwsInstrumentation,
  '_getV3MiddlewareStackResolvePatch',
  patch =>
    function (this: unknown, version, original) {
      const traced = patch.call(this as never, version, original);
      return function (handler, context) {
        const resolve = isMadeElsewhere(context?.clientName) ? original : traced;
        return resolve.call(this, handler, context);
      };
    },
);

export { AwsInstrumentation as Instrumentation };
