import type { Request, Traffic } from './load/traffic.ts';
import { exchange, startLoad } from './server.ts';

export interface Generator {
  send(traffic: Traffic): Promise<void>;
  stop(): Promise<void>;
}

/** The load generator in a process of its own. */
export const startGenerator = (): Generator => {
  const child = startLoad('generator.ts');
  return {
    send: async traffic => void (await exchange(child, traffic)),
    stop: child.stop,
  };
};

export interface Sink {
  readonly url: string;
  /** How many spans have arrived so far, by the first part of the path that they were sent to. */
  spans(): Promise<Readonly<Record<string, number>>>;
  /** The same of log records. */
  records(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** The receiver of spans in a process of its own. */
export const startSink = async (): Promise<Sink> => {
  const child = startLoad('otlp-sink.ts');
  const [, port] = await child.output(/^listening (\d+)$/m);
  return {
    url: `http://127.0.0.1:${port}`,
    spans: async () => (await exchange(child, 'spans')) as Record<string, number>,
    records: async () => (await exchange(child, 'records')) as Record<string, number>,
    stop: child.stop,
  };
};

/** Two requests of an API in turn: one reads, one writes JSON. */
export const apiRequests: readonly Request[] = [
  { method: 'GET', path: '/api/users/42' },
  { method: 'POST', path: '/api/users/42/notes', body: JSON.stringify({ text: 'a note of some length' }) },
];
