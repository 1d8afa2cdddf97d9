import { createRequire } from 'node:module';
import { type ReceivedSpan, readSpans } from '../otlp-receiver.ts';

/** What is used of `@grpc/grpc-js`, which only the fixture has. */
interface Grpc {
  readonly Server: new () => {
    addService(definition: object, implementation: object): void;
    bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
  };
  readonly ServerCredentials: { createInsecure(): unknown };
}
interface Call {
  readonly request: Buffer;
  readonly metadata: { get(name: string): readonly unknown[] };
}
type Callback = (error: object | null, answer?: Buffer) => void;

const grpc = createRequire(new URL('../fixtures/grpc/index.js', import.meta.url))('@grpc/grpc-js') as Grpc;

const asItIs = (bytes: Buffer): Buffer => bytes;
const service = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};

/** A status code of gRPC, 0 for taken; `hang`: no answer. */
export type GrpcBehaviour = number | 'hang';

export interface GrpcReceiver {
  readonly url: string;
  readonly port: number;
  readonly spans: readonly ReceivedSpan[];
  readonly attempts: () => number;
  /** Of each call, the values of the header `x-key`. */
  readonly keys: readonly (readonly unknown[])[];
  behave(behaviour: GrpcBehaviour): void;
  stop(): void;
}

/** Receives traces by OTLP over gRPC. */
export const startGrpcReceiver = async (port = 0): Promise<GrpcReceiver> => {
  const spans: ReceivedSpan[] = [];
  const keys: (readonly unknown[])[] = [];
  let attempts = 0;
  let behaviour: GrpcBehaviour = 0;
  const server = new grpc.Server();
  server.addService(service, {
    export: ({ request, metadata }: Call, answer: Callback) => {
      attempts++;
      keys.push(metadata.get('x-key'));
      if (behaviour === 'hang') return;
      if (behaviour !== 0) {
        answer({ code: behaviour, details: 'as the test wants it' });
        return;
      }
      spans.push(...readSpans(request));
      answer(null, Buffer.alloc(0));
    },
  });
  const actual = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    spans,
    keys,
    attempts: () => attempts,
    behave: next => {
      behaviour = next;
    },
    stop: () => server.forceShutdown(),
  };
};
