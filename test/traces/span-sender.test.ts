import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { SendBatch } from '../../src/otlp/batch-queue.ts';
import type { OtlpTarget } from '../../src/otlp/post.ts';
import { createSpanEncoder } from '../../src/traces/span-encoding.ts';
import {
  createJsonSender,
  createProtobufSender,
  type SpanSenderOptions,
} from '../../src/traces/span-sender.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';

/** Spans with everything that the receiver reads. */
const someSpans = (count: number): readonly ReadableSpan[] => {
  const exporter = new InMemorySpanExporter();
  const tracer = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'test' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  }).getTracer('test', '1');
  for (let index = 0; index < count; index++) {
    const parent = tracer.startSpan('parent', { kind: SpanKind.SERVER });
    const context = trace.setSpan(ROOT_CONTEXT, parent);
    const span = tracer.startSpan(`GET /ü/${index}`, { kind: SpanKind.CLIENT }, context);
    span.setAttributes({ text: 'grüße', whole: -7, large: 2 ** 40, part: 0.25, yes: true, no: false });
    span.addEvent('exception', { 'exception.type': 'Error' });
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
  return exporter.getFinishedSpans();
};

const createSender = (options: SpanSenderOptions<OtlpTarget>): SendBatch<ReadableSpan> => {
  if (options.target.protocol === 'http/json') return createJsonSender(options);
  const { encode, request } = createSpanEncoder();
  const send = createProtobufSender(options, request);
  return (spans, hurry) => send(spans.map(encode), hurry);
};

interface Sending {
  readonly receiver: OtlpReceiver;
  readonly send: SendBatch<ReadableSpan>;
  readonly said: readonly string[];
}

const sending = async (
  protocol: 'http/protobuf' | 'http/json',
  run: (sending: Sending) => Promise<void>,
  options: { readonly compression?: 'gzip'; readonly timeout?: number } = {},
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const said: string[] = [];
  const { compression = 'none', timeout = 5_000 } = options;
  const send = createSender({
    target: { url: `${receiver.url}/v1/traces`, headers: {}, timeout, compression, protocol },
    settings: { spanExportTimeout: 200 },
    onFailing: error => said.push(String(error)),
    onRecovered: () => said.push('recovered'),
  });
  try {
    await run({ receiver, send, said });
  } finally {
    receiver.stop();
  }
};

const never = new AbortController().signal;

describe('the sender of spans', () => {
  test('says the same in protobuf, in JSON and compressed', async () => {
    const spans = someSpans(3);
    const received: unknown[] = [];
    for (const [protocol, compression] of [
      ['http/json', undefined],
      ['http/protobuf', undefined],
      ['http/protobuf', 'gzip'],
    ] as const) {
      await sending(
        protocol,
        async ({ send, receiver }) => {
          assert.equal(await send(spans, never), 0);
          received.push(receiver.spans);
        },
        compression && { compression },
      );
    }
    assert.equal((received[0] as unknown[]).length, 3);
    assert.deepEqual(received[1], received[0]);
    assert.deepEqual(received[2], received[0]);
  });

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    test(`tells how many spans the receiver rejects, at most those that were sent, in ${protocol}`, () =>
      sending(protocol, async ({ send, receiver, said }) => {
        const spans = someSpans(5);
        for (const [rejected, counted] of [
          [2, 2],
          [0, 0],
          [100, 5],
        ] as const) {
          receiver.behave({ status: 200, rejected });
          assert.equal(await send(spans, never), counted);
        }
        assert.deepEqual(said, []);
      }));
  }

  test('gives up a receiver whose answer never ends, and sends again over a new connection', () =>
    sending(
      'http/protobuf',
      async ({ send, receiver, said }) => {
        const spans = someSpans(1);
        receiver.behave('trickle');
        await assert.rejects(send(spans, never), { message: 'no answer within 100 ms' });
        receiver.behave({ status: 200 });
        assert.equal(await send(spans, never), 0);
        assert.deepEqual(said, ['Error: no answer within 100 ms', 'recovered']);
      },
      { timeout: 100 },
    ));
});

test('an answer that is none of OTLP says nothing about spans', async () => {
  const { createServer } = await import('node:http');
  const answers = [
    '<html>',
    '{"partialSuccess":{"rejectedSpans":"-3"}}',
    '{"partialSuccess":7}',
    '[]',
    'null',
    '\xff\xff',
  ];
  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    for (const answer of answers) {
      const server = createServer((_request, response) => response.end(Buffer.from(answer, 'latin1')));
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const send = createSender({
        target: {
          url: `http://127.0.0.1:${port}/`,
          headers: {},
          timeout: 5_000,
          compression: 'none',
          protocol,
        },
        settings: { spanExportTimeout: 200 },
        onFailing: () => assert.fail('it was taken'),
        onRecovered: () => {},
      });
      try {
        assert.equal(await send(someSpans(1), never), 0, `${protocol} ${answer}`);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    }
  }
});
