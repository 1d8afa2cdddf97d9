/** What one request to each scenario of test/fixtures/official leaves behind: the whole of it, so that a span too many is seen. */
export interface ExpectedTrace {
  readonly library: string;
  readonly answer: unknown;
  readonly tree: string;
  /** Some of the attributes of the span with this name. */
  readonly attributes: readonly [span: string, Readonly<Record<string, unknown>>];
}

export const expectedTraces: readonly ExpectedTrace[] = [
  {
    library: 'amqplib',
    answer: 'an order',
    tree: `
GET server
  publish <default> producer
    orders process consumer`,
    attributes: ['publish <default>', { 'messaging.rabbitmq.routing_key': 'orders' }],
  },
  {
    library: 'aws-sdk',
    answer: 'message-1',
    // What plays the service is in the same process.
    tree: `
GET server
  orders send producer
    POST client
      POST server`,
    attributes: ['orders send', { 'rpc.service': 'SQS', 'messaging.message.id': 'message-1' }],
  },
  {
    library: 'dataloader',
    answer: [2, 4],
    tree: `
GET server
  dataloader.load client
    dataloader.batch internal
  dataloader.load client`,
    attributes: ['dataloader.batch', {}],
  },
  {
    library: 'generic-pool',
    answer: 'resource',
    tree: `
GET server
  generic-pool.acquire internal`,
    attributes: ['generic-pool.acquire', {}],
  },
  {
    library: 'graphql',
    answer: { hello: 'Hello Ada', plain: 'plain' },
    tree: `
GET server
  graphql.parse internal
  graphql.validate internal
  query greet internal
    graphql.resolve hello internal
graphql.parseSchema internal`,
    attributes: ['query greet', { 'graphql.operation.type': 'query' }],
  },
  {
    library: 'grpc',
    answer: 'Hello Ada',
    tree: `
GET server
  grpc.test.Greeter/Greet client
    grpc.test.Greeter/Greet server`,
    attributes: ['grpc.test.Greeter/Greet', { 'rpc.service': 'test.Greeter', 'rpc.method': 'Greet' }],
  },
  {
    library: 'kafkajs',
    answer: 'an order',
    tree: `
GET server
  send orders producer
    process orders consumer`,
    attributes: ['process orders', { 'messaging.system': 'kafka', 'messaging.kafka.offset': '0' }],
  },
  {
    library: 'openai',
    answer: 'an answer',
    tree: `
GET server
  chat a-model client
    POST client
      POST server`,
    attributes: ['chat a-model', { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 5 }],
  },
];
