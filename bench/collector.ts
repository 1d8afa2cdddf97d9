import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../test/child.ts';
import { type OtlpReceiver, readSpans, startOtlpReceiver } from '../test/otlp-receiver.ts';
import { readLogs } from '../test/received-logs.ts';
import { type Collector, overlay, startCollector } from '../test/stack/collector/collectors.ts';
import { type Report, spreadText } from './report.ts';
import { spreadOf } from './statistics.ts';

const rates = [1_000, 4_000];
const seconds = 10;
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

type End = () => void | Promise<void>;
interface Owner {
  after(end: End): void;
}
interface Way {
  readonly name: string;
  readonly sends: 'spans' | 'log records';
  /** What takes the spans, and which of its processes is measured. */
  start(owner: Owner, backend: string): Promise<{ readonly url: string; readonly measured: Collector }>;
}

const withoutRedaction = overlay({
  service: { pipelines: { traces: { processors: ['memory_limiter'] } } },
});
const oneMachine =
  (...more: readonly string[]): Way['start'] =>
  async (owner, backend) => {
    const measured = await startCollector(owner, ['config.yaml', 'full.yaml', ...more], {
      OTELCOL_TEMPO: backend,
      OTELCOL_LOKI: backend,
    });
    return { url: measured.url, measured };
  };
const tier =
  (which: 'agent' | 'gateway'): Way['start'] =>
  async (owner, backend) => {
    const gateway = await startCollector(owner, ['gateway.yaml'], { OTELCOL_TEMPO: backend });
    const agent = await startCollector(owner, ['agent.yaml'], {
      OTELCOL_GATEWAY: 'localhost',
      OTELCOL_GATEWAY_GRPC_PORT: String(gateway.grpcPort),
    });
    return { url: agent.url, measured: which === 'agent' ? agent : gateway };
  };
const ways: readonly Way[] = [
  { name: 'one machine (config.yaml, full.yaml)', sends: 'spans', start: oneMachine() },
  { name: 'the same without redaction', sends: 'spans', start: oneMachine(withoutRedaction) },
  { name: 'agent', sends: 'spans', start: tier('agent') },
  { name: 'gateway, keeping one trace in ten', sends: 'spans', start: tier('gateway') },
  { name: 'one machine (config.yaml, full.yaml)', sends: 'log records', start: oneMachine() },
];

/** What a Collector of each configuration costs: CPU for 1,000 spans or log records, and its memory meanwhile. */
export const collectors = async (rounds = 3): Promise<Report> => {
  const templates = { spans: await exportedSpans(), 'log records': await exportedLogs() };
  const rows: string[][] = [];
  for (const way of ways)
    for (const rate of rates) {
      const runs: Cost[] = [];
      for (let round = 0; round < rounds; round++) runs.push(await costOf(way, rate, templates[way.sends]));
      rows.push([
        way.name,
        `${rate} ${way.sends}`,
        spreadText(spreadOf(runs.map(({ cpu }) => cpu)), 1),
        spreadText(spreadOf(runs.map(({ memory }) => memory)), 0),
      ]);
    }
  return {
    title: 'Collector',
    method: [
      `Load: the spans of an Express application that calls itself (five for each trace, ${templates.spans.items} in an export), or lines of our logger with three properties (${templates['log records'].items} in an export), in protobuf over HTTP, spans with new trace ids, for ${seconds} s at each rate; the backend answers at once.`,
      `Rounds: ${rounds}, a fresh process each. Measured: user and system CPU of the Collector's process from the first export until two seconds after the last, and its resident memory then.`,
      'The binary is the one of otel-collector/builder.yaml. 10 ms CPU for 1,000 are 1 % of a core at 1,000 a second.',
    ],
    tables: [
      {
        caption: 'One Collector',
        head: ['configuration', 'a second', 'ms CPU for 1,000 (min / median / max)', 'RSS in MiB'],
        rows,
      },
    ],
    goals: [],
  };
};

/** An export as an application under the preload sends it. */
interface Template {
  readonly path: string;
  readonly body: Buffer;
  readonly items: number;
  readonly traceIds: readonly string[];
}

const exportedSpans = async (): Promise<Template> => {
  const path = '/v1/traces';
  const ask = (app: App): Promise<unknown> => fetch(`${app.url}/shop/seoul/items/1`);
  const body = await largestExport(path, 'traces/shop.mjs', ask, ({ spans }) => spans.length >= 200);
  const spans = readSpans(body);
  const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
  return { path, body, items: spans.length, traceIds };
};
const exportedLogs = async (): Promise<Template> => {
  const path = '/v1/logs';
  const value = { service: 'shop', userId: '12345', duration: 12.5 };
  const asked = JSON.stringify({ kind: 'metadata', text: 'Request completed for the user', value });
  const ask = (app: App): Promise<unknown> => fetch(`${app.url}/do`, { method: 'POST', body: asked });
  const body = await largestExport(path, 'secrets/app.mjs', ask, receiver => receiver.logs().length >= 40);
  return { path, body, items: readLogs(body, 'application/x-protobuf').length, traceIds: [] };
};

const largestExport = async (
  path: string,
  script: string,
  ask: (app: App) => Promise<unknown>,
  isEnough: (receiver: OtlpReceiver) => boolean,
): Promise<Buffer> => {
  const receiver = await startOtlpReceiver();
  const delays = { OTEL_BSP_SCHEDULE_DELAY: '3000', OTEL_BLRP_SCHEDULE_DELAY: '3000' };
  const app = await startApp(script, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...delays } });
  try {
    await Promise.all(Array.from({ length: 40 }, () => ask(app)));
    await receiver.waitFor(() => isEnough(receiver));
    const bodies = receiver.exports.filter(sent => sent.path === path).map(({ body }) => body);
    const [body] = bodies.toSorted((left, right) => right.length - left.length);
    if (body === undefined) throw new Error(`no export came to ${path}`);
    return body;
  } finally {
    await app.stop();
    receiver.stop();
  }
};

/** The same spans in traces of their own. */
const renewed = ({ body, traceIds }: Template): Buffer => {
  const copy = Buffer.from(body);
  for (const traceId of traceIds) {
    const old = Buffer.from(traceId, 'hex');
    const fresh = randomBytes(16);
    for (let at = copy.indexOf(old); at >= 0; at = copy.indexOf(old, at + 16)) fresh.copy(copy, at);
  }
  return copy;
};

interface Cost {
  readonly cpu: number;
  readonly memory: number;
}

const costOf = async (way: Way, rate: number, template: Template): Promise<Cost> => {
  const ends: End[] = [];
  const owner = { after: (end: End): void => void ends.unshift(end) };
  const backend = createServer((request, response) => {
    request.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  owner.after(() => backend.closeAllConnections());
  owner.after(() => void backend.close());
  try {
    const to = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const { url, measured } = await way.start(owner, to);
    await send(`${url}${template.path}`, template, rate, 2);
    const before = cpuOf(measured.pid);
    const sent = await send(`${url}${template.path}`, template, rate, seconds);
    await pause(2_000);
    return { cpu: ((cpuOf(measured.pid) - before) / sent) * 1_000, memory: memoryOf(measured.pid) };
  } finally {
    for (const end of ends) await end();
  }
};

/** Sends at an even pace, and answers how many spans or records. */
const send = async (url: string, template: Template, rate: number, forSeconds: number): Promise<number> => {
  const headers = { 'content-type': 'application/x-protobuf' };
  const exports = Math.ceil((rate * forSeconds) / template.items);
  const startedAt = performance.now();
  for (let index = 0; index < exports; index++) {
    const due = startedAt + (index * template.items * 1_000) / rate;
    await pause(Math.max(0, due - performance.now()));
    const { status } = await fetch(url, { method: 'POST', headers, body: new Uint8Array(renewed(template)) });
    if (status !== 200) throw new Error(`the Collector answered ${status}`);
  }
  return exports * template.items;
};

/** Milliseconds of user and system CPU of a process. Source: proc(5). */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
};

/** Resident memory in MiB. */
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
