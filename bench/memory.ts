import { setTimeout as wait } from 'node:timers/promises';
import { apiRequests, type Generator, startGenerator, startSink } from './load.ts';
import { findPeers } from './peers.ts';
import { type Report, spreadText } from './report.ts';
import { startServer } from './server.ts';
import { differencesOf, rotated, spreadOf } from './statistics.ts';
import {
  bare,
  freePort,
  officialDefaults,
  officialHttpExpress,
  officialMetrics,
  ours,
  oursTraced,
  promClient,
  type Variant,
} from './variants.ts';

const requests = 20_000;
const settleMs = 1_000;
const megabyte = 1_000_000;

interface Memory {
  /** Resident memory a moment after the last request, as the garbage collector left it. */
  readonly settled: number;
  /** The same after forced collections. */
  readonly collected: number;
  readonly peak: number;
}

/** Resident memory of the server after 20,000 requests. */
export const memory = async (rounds = 9): Promise<Report> => {
  const generator = startGenerator();
  const sink = await startSink();
  try {
    const peers = await findPeers(sink.url);
    const traced = oursTraced(sink.url);
    const variants = [
      bare,
      promClient,
      ours,
      traced,
      officialMetrics(await freePort()),
      officialHttpExpress(sink.url),
      officialDefaults(sink.url),
      ...peers.usable,
    ];
    const before = await sink.spans();
    const results = new Map<Variant, Memory[]>(variants.map(variant => [variant, []]));
    for (let round = 0; round < rounds; round++) {
      for (const variant of rotated(variants, round)) {
        results.get(variant)?.push(await memoryOf(variant, generator));
      }
    }
    const after = await sink.spans();
    const spansOf = ({ sendsAs }: Variant): string =>
      sendsAs === undefined
        ? ''
        : (((after[sendsAs] ?? 0) - (before[sendsAs] ?? 0)) / (rounds * requests)).toFixed(2);
    const values = (variant: Variant, figure: keyof Memory): readonly number[] =>
      (results.get(variant) ?? []).map(one => one[figure] / megabyte);
    const added = (variant: Variant, figure: keyof Memory) =>
      differencesOf(values(variant, figure), values(bare, figure));
    const figures = ['settled', 'collected', 'peak'] as const;
    return {
      title: 'Memory',
      method: [
        `Load: ${requests} requests to the Express application of the benchmark "requests". Rounds: ${rounds}, with a fresh server each.`,
        `Measured: resident memory of the process (MB = 1,000,000 bytes) ${settleMs} ms after the last request, again after three forced garbage collections, and its greatest ever.`,
        'Spans: how many a receiver in a process of its own has got for each request until its server was ended.',
      ],
      tables: [
        {
          caption: 'Resident memory in MB; what is added to bare as min / median / max',
          head: ['variant', 'spans per request', ...figures.flatMap(figure => [figure, `${figure}, added`])],
          rows: [
            ...variants.map(variant => [
              variant.name,
              spansOf(variant),
              ...figures.flatMap(figure => [
                spreadOf(values(variant, figure)).median.toFixed(0),
                spreadText(added(variant, figure), 0),
              ]),
            ]),
            ...peers.rows,
          ],
        },
      ],
      goals: [ours, traced].map(variant => {
        const { median } = added(variant, 'settled');
        return {
          goal: `${variant.name}: at most 60 MB more than bare, settled`,
          measured: `${median.toFixed(0)} MB`,
          reached: median <= 60,
        };
      }),
    };
  } finally {
    await Promise.all([generator.stop(), sink.stop()]);
  }
};

const memoryOf = async (variant: Variant, generator: Generator): Promise<Memory> => {
  const server = await startServer({ ...variant, args: ['--expose-gc', ...variant.args], app: 'express.js' });
  try {
    await generator.send({ port: server.port, requests: apiRequests, connections: 16, count: requests });
    await wait(settleMs);
    const { rss: settled, peak } = await server.ask<{ rss: number; peak: number }>('memory');
    await server.ask('collectGarbage');
    await wait(settleMs);
    const { rss: collected } = await server.ask<{ rss: number }>('memory');
    return { settled, collected, peak };
  } finally {
    await server.stop();
  }
};
