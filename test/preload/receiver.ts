import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** What receives metrics by OTLP over HTTP. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  stop(): void;
}

/**
 * @param status what every export is answered with; `hang`: it is read and never answered
 * @param port 0: any free port
 */
export const startReceiver = async (status: number | 'hang' = 200, port = 0): Promise<Receiver> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const export_ = await read(request);
    // Answered like metrics, but none of them.
    if (export_.path !== '/v1/logs') received.push(export_);
    if (status === 'hang') return;
    // No message of protobuf is one without fields.
    response.writeHead(status, { 'content-type': export_.contentType });
    response.end(export_.contentType === 'application/json' ? '{}' : '');
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const read = async (request: IncomingMessage): Promise<Received> => ({
  path: request.url ?? '',
  contentType: request.headers['content-type'] ?? '',
  body: await text(request),
});

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly asDouble?: number;
  readonly asInt?: number | string;
}

/** The points of a sum or gauge in an http/json export, by their labels as the metrics page prints them. */
export const pointsOf = (export_: Received, name: string): Readonly<Record<string, number>> => {
  const { resourceMetrics } = JSON.parse(export_.body);
  const points: Point[] = resourceMetrics
    .flatMap((resource: { scopeMetrics: unknown[] }) => resource.scopeMetrics)
    .flatMap((scope: { metrics: { name: string }[] }) => scope.metrics)
    .filter((metric: { name: string }) => metric.name === name)
    .flatMap(
      (metric: { sum?: { dataPoints: Point[] }; gauge?: { dataPoints: Point[] } }) =>
        (metric.sum ?? metric.gauge)?.dataPoints ?? [],
    );
  return Object.fromEntries(
    points.map(({ attributes, asDouble, asInt }) => [
      attributes.length === 0
        ? ''
        : `{${attributes.map(({ key, value }) => `${key}="${value.stringValue}"`).join(',')}}`,
      Number(asDouble ?? asInt),
    ]),
  );
};
