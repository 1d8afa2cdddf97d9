import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type App, startApp } from '../child.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver, treesOf } from '../otlp-receiver.ts';

export interface TracedApp {
  readonly app: App;
  readonly receiver: OtlpReceiver;
  /** The spans of the trace that the server's span of this name belongs to, once that has come. */
  readonly traceOf: (name: string) => Promise<readonly ReceivedSpan[]>;
}

/** Runs with a fixture application that sends its spans to a receiver. */
export const withTracedApp = async (
  script: string,
  env: Readonly<Record<string, string>>,
  run: (traced: TracedApp) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const app = await startApp(script, {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
  });
  const isIt = (name: string) => (span: ReceivedSpan) => span.kind === 2 && span.name === name;
  try {
    await run({
      app,
      receiver,
      traceOf: async name => {
        await receiver.waitFor(spans => spans.some(isIt(name)));
        const traceId = receiver.spans.find(isIt(name))?.traceId;
        return receiver.spans.filter(span => span.traceId === traceId);
      },
    });
  } finally {
    await app.stop();
    receiver.stop();
  }
};

/** The one span of this name and kind (2: server, 3: client). */
export const only = (spans: readonly ReceivedSpan[], name: string, kind: number): ReceivedSpan => {
  const found = spans.filter(span => span.name === name && span.kind === kind);
  assert.equal(found.length, 1, `${name} in\n${treesOf(spans)}`);
  return found[0] as ReceivedSpan;
};

/** Sends bytes on a connection of its own and returns the answer's. */
export const sendRaw = (url: string, request: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(request);
  return text(socket);
};
