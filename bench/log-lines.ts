import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepOnCpu, serverCpu } from './cpu-affinity.ts';
import { startSink } from './load.ts';
import { type Report, spreadText } from './report.ts';
import { bench, register, type Server, startServer } from './server.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

const warmUpRounds = 2;

/** How an application logs, and by which name the receiver counts its records; without one they go nowhere. */
interface Way {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sendsAs?: string;
}

const logger = path.join(bench, 'dist/index.js');
const official = path.join(bench, 'preloads/official-winston.js');

const waysOf = (sinkUrl: string): readonly Way[] => {
  const to = (name: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${sinkUrl}/${name}`,
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
  });
  return [
    { name: 'stock winston, files', args: [], env: {} },
    {
      name: 'stock winston, files and the official bridge to OTLP',
      args: ['--require', official],
      env: to('stock'),
      sendsAs: 'stock',
    },
    { name: 'our logger, files', args: [], env: { BENCH_LOGGER: logger } },
    {
      name: 'our logger, files and OTLP',
      args: ['--import', register],
      env: { BENCH_LOGGER: logger, ...to('ours') },
      sendsAs: 'ours',
    },
  ];
};

/** What one line costs a process from the call until it is in its file and at a receiver. */
export const logLines = async (rounds = 9): Promise<Report> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-bench-'));
  const sink = await startSink();
  const running: { readonly way: Way; readonly server: Server; readonly spent: number[] }[] = [];
  let lines = 0;
  try {
    for (const [index, way] of waysOf(sink.url).entries()) {
      const env = { ...way.env, LOG_DIR: path.join(folder, String(index)) };
      const server = await startServer({ args: way.args, env, app: 'log-lines.js' });
      keepOnCpu(server.process.pid, serverCpu);
      running.push({ way, server, spent: [] });
    }
    for (let round = -warmUpRounds; round < rounds; round++) {
      for (const { server, spent } of rotated(running, round + warmUpRounds)) {
        const before = await server.cpu();
        const made = await server.ask<number>('round');
        if (round >= 0) spent.push(((await server.cpu()) - before) / made);
        lines = made * (round + warmUpRounds + 1);
      }
    }
    const records = await sink.records();
    const stock = running[1]?.spent ?? [];
    const ratio = ratiosOf(running[3]?.spent ?? [], stock).median;
    return {
      title: 'Lines',
      method: [
        'Load: 20000 lines `info(text, { three: keys })` per round, 100 every two milliseconds; each way is a process of its own, and they take turns. Measured: user and system CPU of the process, all threads, per line, until all is written and sent.',
        `Rounds: ${rounds}, after ${warmUpRounds} to warm up. Records: how many a receiver in another process has got for each line.`,
        'Stock: the original set-up of YkMake, timestamp, errors, json and two File transports, 5 MB × 5; it redacts nothing. The official bridge: `@opentelemetry/instrumentation-winston` and `winston-transport` with the batch processor and the protobuf exporter of the SDK, registered by hand.',
      ],
      tables: [
        {
          caption: 'One line',
          head: [
            'way',
            'µs CPU (min / median / max)',
            'records per line',
            '× stock with the official bridge',
          ],
          rows: running.map(({ way, spent }) => [
            way.name,
            spreadText(spreadOf(spent), 2),
            way.sendsAs === undefined ? '' : ((records[way.sendsAs] ?? 0) / lines).toFixed(2),
            spreadText(ratiosOf(spent, stock), 2),
          ]),
        },
      ],
      goals: [
        {
          goal: 'a line to file and OTLP costs no more than stock winston with its File transport and the official bridge',
          measured: `${ratio.toFixed(2)} × stock`,
          reached: ratio <= 1,
        },
      ],
    };
  } finally {
    await Promise.all([...running.map(({ server }) => server.stop()), sink.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
};
