import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { clientClosedRequest } from '../catalog/http-paths.ts';
import { type AnyFunction, type Methods, replaceMethods } from '../instrumentations/replace-methods.ts';
import type { Answer, Arrival, Lifetime } from './lifetime.ts';
import { attach, observationOf, observeThrough, type RequestObservation } from './observation.ts';
import { type Emit, type Emitter, replaceEmit } from './replace-emit.ts';

type Http2 = Methods & { readonly Http2ServerRequest?: { readonly prototype: object } };

type StreamEvent = readonly [
  event: string | symbol,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: string[],
];

const noError = 0;
const internalError = 2;

/**
 * Observes the requests of every HTTP/2 server, when the application loads Node's `http2`. They begin where a server
 * gets a stream, for both of Node's APIs and in its oldest supported version, which has no channel for them. They end with the stream, which is where Node's responses finish, too.
 */
export const patchHttp2 = (exports: unknown, lifetime: Lifetime): (() => void) | undefined => {
  const { create, begin, end, guard, tracing } = lifetime;
  const patched = new Set<object>();

  /** Prototypes are not exported: each is there with the first server, or the first stream. */
  const patchOnce = (of: object, patch: (prototype: Emitter) => () => void): void => {
    const prototype = Object.getPrototypeOf(of) as Emitter;
    if (patched.has(prototype)) return;
    patched.add(prototype);
    undo.push(patch(prototype));
  };

  const arrive = ([, stream, headers, , rawHeaders]: StreamEvent): void => {
    // A server may pass its streams on to another.
    if (headers[':method'] === 'CONNECT' || observationOf(stream) !== undefined) return;
    const request = arrivalOf(stream, headers, rawHeaders);
    const observation = create(request);
    if (isGrpc(headers['content-type'])) {
      stream.once('close', () => guard(() => endOfSupposedGrpc(stream, observation, request)));
      return;
    }
    attach(stream, observation);
    stream.once('close', () => guard(() => endOf(stream, observation, request)));
    begin(observation, request);
    if (tracing !== undefined) patchOnce(stream, tracing.keepIn);
  };

  /** What asks for gRPC and is answered otherwise was a request like any other: no client leaves the count by a header. */
  const endOfSupposedGrpc: typeof endOf = (stream, observation, request) => {
    if (!stream.headersSent || isGrpc(stream.sentHeaders['content-type'])) return;
    begin(observation, request);
    endOf(stream, observation, request);
  };

  const endOf = (stream: ServerHttp2Stream, observation: RequestObservation, request: Arrival): void => {
    const answer = answerOf(stream, request);
    end(observation, answer, answer.statusCode, isCut(stream));
  };

  const observing = (above: Pick<Emitter, 'emit'>): Emit =>
    function emit(...values) {
      // An application may emit what it likes.
      if (values[0] !== 'stream' || !isObject(values[1])) return Reflect.apply(above.emit, this, values);
      guard(() => arrive(values as unknown as StreamEvent));
      const observation = observationOf(values[1]);
      if (observation === undefined || tracing === undefined) return Reflect.apply(above.emit, this, values);
      return tracing.emitFor(observation, above.emit, this, values);
    };

  const creating = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...parameters: never[]): unknown {
      const server = Reflect.apply(original, this, parameters) as object;
      guard(() => patchOnce(server, prototype => replaceEmit(prototype, observing)));
      return server;
    };

  const { Http2ServerRequest: request } = exports as Http2;
  const restore = replaceMethods(exports as Http2, {
    createServer: creating,
    createSecureServer: creating,
  });
  if (restore === undefined || request === undefined) return undefined;
  const undo = [
    restore,
    observeThrough(request.prototype, ({ stream }: { readonly stream?: object }) => stream),
  ];
  return () => {
    for (const step of undo.splice(0)) step();
  };
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** And what comes before its parameters; gRPC-Web is HTTP like any other. */
const grpc = /^application\/grpc(?:$|[+;])/;

/** A request by gRPC is its own instrumentation's, and always answered 200. */
const isGrpc = (type: unknown): boolean => typeof type === 'string' && grpc.test(type);

const arrivalOf = (
  { session }: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: string[],
): Arrival => ({
  ...{ headers, rawHeaders, httpVersion: '2' },
  ...(headers[':method'] !== undefined && { method: headers[':method'] }),
  ...(headers[':path'] !== undefined && { url: headers[':path'] }),
  socket: socketOf(session),
});

/** Of a session that has closed since, everything throws. */
const socketOf = (session: ServerHttp2Stream['session']): Socket =>
  session === undefined || session.destroyed ? ({} as Socket) : (session.socket as Socket);

const answerOf = (
  { headersSent, sentHeaders, errored, rstCode }: ServerHttp2Stream,
  req: Arrival,
): Answer => ({
  ...{ req, headersSent, errored },
  statusCode: headersSent ? Number(sentHeaders[':status']) : clientClosedRequest,
  getHeader: name => sentHeaders?.[name],
  isLeft: rstCode !== internalError || hasCode(errored, 'ERR_HTTP2_STREAM_ERROR'),
});

/** `aborted` is only what was closed before the application had written all: some of that is still waiting then. */
const isCut = ({ headersSent, aborted, rstCode }: ServerHttp2Stream): boolean =>
  !headersSent || aborted || rstCode !== noError;

const hasCode = (error: (Error & { readonly code?: unknown }) | null, code: string): boolean =>
  error?.code === code;
