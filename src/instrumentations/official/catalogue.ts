/** An official instrumentation: all that is known of it until the application loads its library. */
export interface Official {
  /** What it patches: a package's main export (`graphql`), or a file of it (`graphql/language/parser.js`). */
  readonly files: readonly string[];
  /** Of these, those whose exports it replaces as a whole; the others it changes in place. */
  readonly replaces?: readonly string[];
  /** It also measures, which is of use without traces. */
  readonly metrics?: true;
  /** Options of our own choice, which the application's win over. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** As OpenTelemetry calls them. */
export type OfficialName =
  | 'amqplib'
  | 'aws-sdk'
  | 'dataloader'
  | 'dns'
  | 'fs'
  | 'generic-pool'
  | 'graphql'
  | 'grpc'
  | 'kafkajs'
  | 'lru-memoizer'
  | 'net'
  | 'openai'
  | 'socket.io';

/** A test holds the files to what the instrumentations themselves ask for. */
export const officialInstrumentations: Readonly<Record<OfficialName, Official>> = {
  amqplib: {
    files: ['amqplib/lib/channel_model.js', 'amqplib/lib/callback_model.js', 'amqplib/lib/connect.js'],
  },
  'aws-sdk': {
    files: [
      '@aws-sdk/middleware-stack/dist/cjs/MiddlewareStack.js',
      '@aws-sdk/middleware-stack/dist-cjs/MiddlewareStack.js',
      '@aws-sdk/smithy-client',
      '@smithy/core/dist-cjs/submodules/client/index.js',
      '@smithy/middleware-stack',
      '@smithy/smithy-client',
    ],
  },
  dataloader: { files: ['dataloader'], replaces: ['dataloader'] },
  dns: { files: ['dns', 'dns/promises'] },
  fs: { files: ['fs', 'fs/promises'] },
  'generic-pool': { files: ['generic-pool'] },
  graphql: {
    files: ['graphql/execution/execute.js', 'graphql/language/parser.js', 'graphql/validation/validate.js'],
    // Else each field of each object in a list of a thousand is a span, though nothing but a property is read.
    options: { ignoreTrivialResolveSpans: true },
  },
  grpc: { files: ['@grpc/grpc-js'] },
  kafkajs: {
    files: ['kafkajs', 'kafkajs/src/consumer/index.js', 'kafkajs/src/producer/index.js'],
    replaces: ['kafkajs/src/consumer/index.js', 'kafkajs/src/producer/index.js'],
    metrics: true,
  },
  'lru-memoizer': { files: ['lru-memoizer'], replaces: ['lru-memoizer'] },
  net: { files: ['net'] },
  openai: { files: ['openai'], metrics: true },
  'socket.io': {
    files: [
      'socket.io',
      'socket.io/dist/broadcast-operator.js',
      'socket.io/dist/namespace.js',
      'socket.io/dist/socket.js',
      'socket.io/lib/namespace.js',
      'socket.io/lib/socket.js',
    ],
  },
};
