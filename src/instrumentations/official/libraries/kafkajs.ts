import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { aroundMethod } from '../around-method.ts';

export { instrument } from '../instrument.ts';

type Send = (this: unknown, record: unknown, ...rest: unknown[]) => unknown;
type GetPatch = (this: unknown) => (original: Send) => Send;

interface Message {
  readonly headers?: object;
}
interface Record {
  readonly messages: readonly Message[];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isRecord = (value: unknown): value is Record =>
  isObject(value) && 'messages' in value && Array.isArray(value.messages) && value.messages.every(isObject);

/** An object of a class of the application's keeps its properties where a copy would not find them. */
const copyOf = (message: Message): Message =>
  Object.getPrototypeOf(message) === Object.prototype
    ? { ...message, headers: { ...message.headers } }
    : message;

const copied = (record: Record): Record => ({ ...record, messages: record.messages.map(copyOf) });

/**
 * It reads messages before the library has checked them, so that bad ones threw where the library rejects, and writes the trace
 * into the application's own, so that frozen ones threw. What it cannot read it does not get; of the rest it gets a copy.
 */
const around = (name: string, copy: (record: unknown) => unknown): void =>
  aroundMethod<GetPatch>(
    KafkaJsInstrumentation,
    name,
    getPatch =>
      function (this: unknown) {
        const patch = getPatch.call(this);
        return original => {
          const traced = patch(original);
          return function send(record, ...rest) {
            const own = copy(record);
            return own === undefined ? original.call(this, record, ...rest) : traced.call(this, own, ...rest);
          };
        };
      },
  );

around('_getSendPatch', record => (isRecord(record) ? copied(record) : undefined));
around('_getSendBatchPatch', batch => {
  if (!isObject(batch) || !('topicMessages' in batch)) return undefined;
  const { topicMessages: topics } = batch;
  return Array.isArray(topics) && topics.every(isRecord)
    ? { ...batch, topicMessages: topics.map(copied) }
    : undefined;
});

export { KafkaJsInstrumentation as Instrumentation };
