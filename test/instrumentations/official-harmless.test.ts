import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { instrument } from '../../src/instrumentations/official/instrument.ts';
import { Instrumentation as Amqplib } from '../../src/instrumentations/official/libraries/amqplib.ts';
import { Instrumentation as GraphQL } from '../../src/instrumentations/official/libraries/graphql.ts';
import { Instrumentation as KafkaJs } from '../../src/instrumentations/official/libraries/kafkajs.ts';
import { Instrumentation as LruMemoizer } from '../../src/instrumentations/official/libraries/lru-memoizer.ts';
import { Instrumentation as SocketIo } from '../../src/instrumentations/official/libraries/socket.io.ts';
import { fixture } from './official-app.ts';

type Instrumentation = new (options: never) => object;

const from = createRequire(path.join(fixture, 'package.json'));
/** CommonJS has a copy of each instrumentation of its own, which is as OpenTelemetry made it: the control. */
const stock = createRequire(import.meta.url);

interface Fault {
  readonly library: string;
  readonly ours: Instrumentation;
  readonly stockName: string;
  /** A file of the library that the fault is in; else its main export. */
  readonly file?: string;
  /** Uses the patched exports, and throws or rejects where the application is harmed. */
  readonly use: (exports: never) => Promise<void> | void;
}

const faults: Readonly<Record<string, Fault>> = {
  'a memoizer keeps its methods': {
    library: 'lru-memoizer',
    ours: LruMemoizer,
    stockName: 'LruMemoizerInstrumentation',
    use: async (memoizer: (options: object) => MemoizedValue) => {
      const read = memoizer({
        load: (key: string, callback: (error: null, value: string) => void) => callback(null, `${key}!`),
        hash: (key: string) => key,
        max: 10,
      });
      assert.equal(await new Promise(resolve => read('a', (_error, value) => resolve(value))), 'a!');
      assert.deepEqual(read.keys(), ['a']);
      read.del('a');
      assert.deepEqual(read.keys(), []);
    },
  },
  'off() takes off a listener of a socket, and once() takes off its own': {
    library: 'socket.io',
    ours: SocketIo,
    stockName: 'SocketIoInstrumentation',
    file: 'dist/socket.js',
    use: ({ Socket }: { readonly Socket: { readonly prototype: Emitter } }) => {
      const socket = Object.create(Socket.prototype) as Emitter;
      const heard: string[] = [];
      const listener = (): void => void heard.push('on');
      socket.on('question', listener);
      socket.once('question', () => heard.push('once'));
      socket.listeners('question')[0]?.();
      assert.deepEqual(heard, ['on']);
      socket.removeListener('question', listener);
      assert.equal(socket.listenerCount('question'), 1);
      const [once] = socket.rawListeners('question');
      once?.call(socket);
      assert.deepEqual(heard, ['on', 'once']);
      assert.equal(socket.listenerCount('question'), 0);
    },
  },
  'frozen options can be published, and none are changed': {
    library: 'amqplib',
    ours: Amqplib,
    stockName: 'AmqplibInstrumentation',
    file: 'lib/channel_model.js',
    use: ({ Channel }: { readonly Channel: { readonly prototype: AmqpChannel } }) => {
      const channel = Object.create(Channel.prototype) as AmqpChannel;
      const sent: string[] = [];
      Object.assign(channel, { connection: {}, sendMessage: () => sent.push('sent') });
      const options = { persistent: true };
      channel.publish('', 'queue', Buffer.from('a'), options);
      channel.publish('', 'queue', Buffer.from('a'), Object.freeze({ persistent: true }));
      assert.deepEqual(options, { persistent: true });
      assert.equal(sent.length, 2);
    },
  },
  'a frozen context can be executed with': {
    library: 'graphql',
    ours: GraphQL,
    stockName: 'GraphQLInstrumentation',
    file: 'execution/execute.js',
    use: ({ execute }: { readonly execute: (options: object) => unknown }) => {
      const { buildSchema, parse } = from('graphql');
      const schema = buildSchema('type Query { a: String }');
      const asked = { schema, document: parse('{ a }'), rootValue: { a: 'b' } };
      for (const contextValue of [undefined, {}, Object.freeze({}), 'text'])
        assert.deepEqual({ ...(execute({ ...asked, contextValue }) as { data: object }).data }, { a: 'b' });
    },
  },
  'messages are not changed, frozen ones can be sent, and bad ones are rejected': {
    library: 'kafkajs',
    ours: KafkaJs,
    stockName: 'KafkaJsInstrumentation',
    use: async ({ Kafka }: { readonly Kafka: new (options: object) => KafkaClient }) => {
      const quiet = { logCreator: () => () => {} };
      const producer = new Kafka({ brokers: ['127.0.0.1:1'], ...quiet }).producer();
      const isRefused = async (record: unknown): Promise<void> => {
        const sending = producer.send(record);
        assert.ok(sending instanceof Promise);
        await assert.rejects(sending);
      };
      const message = { value: 'a' };
      // Nobody has connected it: that is what it says.
      await isRefused({ topic: 'a', messages: [message] });
      assert.deepEqual(message, { value: 'a' });
      await isRefused(
        Object.freeze({ topic: 'a', messages: Object.freeze([Object.freeze({ value: 'a' })]) }),
      );
      await isRefused({ topic: 'a', messages: [undefined] });
      await isRefused({ topic: 'a' });
    },
  },
};

interface MemoizedValue {
  (key: string, callback: (error: unknown, value: unknown) => void): void;
  readonly keys: () => readonly string[];
  readonly del: (key: string) => void;
}

interface Emitter {
  readonly on: (event: string, listener: () => void) => void;
  readonly once: (event: string, listener: () => void) => void;
  readonly removeListener: (event: string, listener: () => void) => void;
  readonly listenerCount: (event: string) => number;
  readonly listeners: (event: string) => readonly (() => void)[];
  readonly rawListeners: (event: string) => readonly (() => void)[];
}

interface AmqpChannel {
  readonly publish: (exchange: string, key: string, content: Buffer, options: object) => void;
}

interface KafkaClient {
  readonly producer: () => { readonly send: (record: unknown) => Promise<unknown> };
}

/** What the application then uses; the patch is taken back at the end, for the next one. */
const withPatched = async (
  { library, file, use }: Fault,
  Instrumentation: Instrumentation,
): Promise<void> => {
  const folder = path.join(fixture, 'node_modules', library);
  const exports: unknown = from(file === undefined ? library : path.join(folder, file));
  const loaded = { module: library, ...(file !== undefined && { file }), exports, folder };
  const patched = instrument(Instrumentation, { options: {}, traced: true })(loaded);
  assert.ok(patched.undo !== undefined || patched.exports !== exports, 'not patched');
  try {
    await use(patched.exports as never);
  } finally {
    patched.undo?.();
  }
};

describe('an official instrumentation does not harm the application', () => {
  for (const [name, fault] of Object.entries(faults)) {
    test(`${fault.library}: ${name}`, () => withPatched(fault, fault.ours));

    test(`${fault.library}: negative control, as OpenTelemetry made it`, async () => {
      const { [fault.stockName]: Stock } = stock(`@opentelemetry/instrumentation-${fault.library}`) as Record<
        string,
        Instrumentation
      >;
      assert.ok(Stock !== undefined && Stock !== fault.ours);
      await assert.rejects(() => withPatched(fault, Stock));
    });
  }
});
