import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

interface PublishOptions {
  readonly headers?: object;
}
type CreateSpan = (
  self: unknown,
  exchange: unknown,
  routingKey: unknown,
  channel: unknown,
  options?: PublishOptions,
) => unknown;

/** It writes the trace into the options that the application has given: frozen ones threw, and others were changed. */
aroundMethod<CreateSpan>(
  AmqplibInstrumentation,
  'createPublishSpan',
  createPublishSpan =>
    function (this: unknown, self, exchange, routingKey, channel, options) {
      const own = { ...options, headers: { ...options?.headers } };
      return createPublishSpan.call(this, self, exchange, routingKey, channel, own);
    },
);

export { AmqplibInstrumentation as Instrumentation };
