import { get } from 'node:http';
import { startGenerator } from './load.ts';
import { type Goal, type Report, spreadText, type Table } from './report.ts';
import {
  oursContract,
  oursCounters,
  promClientContract,
  stockContract,
  stockCounters,
  type Target,
} from './scrape-targets.ts';
import { ratiosOf, rotated, type Spread, spreadOf } from './statistics.ts';

/** As Prometheus 2.42 sends it. */
const accept =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const warmUp = 3;

interface Row {
  readonly target: Target;
  readonly encoding: 'identity' | 'gzip';
  /** Milliseconds of CPU of the serving process, for each round. */
  readonly cpu: number[];
  /** Milliseconds between two turns of a timer of one millisecond, the longest of each round. */
  readonly gap: number[];
  readonly wall: number[];
  bytes: number;
  lines: number;
}

/** What a scrape of a large page costs the process that serves it. */
export const scrape = async (rounds = 21): Promise<Report> => {
  const tables: Table[] = [];
  const goals: Goal[] = [];
  for (const lines of [32_000, 100_000]) {
    const rows = await measure(lines, rounds);
    tables.push(tableOf(`A page of ${lines.toLocaleString('en')} series`, rows));
    if (lines === 100_000) goals.push(...goalsOf(rows));
  }
  return {
    title: 'Scrape',
    method: [
      `Load: each server holds its series and is scraped by the runner as Prometheus 2.42 does it, ${warmUp} times to warm up. Rounds: ${rounds}, all servers in turn.`,
      'Ours holds what real requests to an Express application have left in it; stock and prom-client hold the same label sets of the same counter and histogram. The application’s counters are 50 instruments of the OpenTelemetry API.',
      'Measured: user and system CPU of the serving process per scrape; in a second scrape the longest time between two turns of its 1 ms timer; bytes of the body.',
    ],
    tables,
    goals,
  };
};

const measure = async (lines: number, rounds: number): Promise<readonly Row[]> => {
  const generator = startGenerator();
  const targets: Target[] = [];
  try {
    for (const start of [oursContract, stockContract, promClientContract, oursCounters, stockCounters]) {
      targets.push(await start(lines, generator));
    }
    const rows = targets.flatMap(target =>
      (target.name.startsWith('ours') ? (['identity', 'gzip'] as const) : (['identity'] as const)).map(
        (encoding): Row => ({ target, encoding, cpu: [], gap: [], wall: [], bytes: 0, lines: 0 }),
      ),
    );
    for (const row of rows) {
      for (let time = 0; time < warmUp; time++) {
        const body = await read(row);
        row.bytes = body.length;
        if (row.encoding === 'identity') row.lines = countSeries(body);
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const row of rotated(rows, round)) await scrapeOnce(row);
    }
    return rows;
  } finally {
    await Promise.all([generator.stop(), ...targets.map(target => target.server.stop())]);
  }
};

const scrapeOnce = async (row: Row): Promise<void> => {
  const { server } = row.target;
  const before = await server.cpu();
  const startedAt = performance.now();
  await read(row);
  row.wall.push(performance.now() - startedAt);
  row.cpu.push(((await server.cpu()) - before) / 1000);
  await server.ask('watchEventLoop');
  await read(row);
  row.gap.push(await server.ask<number>('longestGap'));
};

const read = ({ target, encoding }: Pick<Row, 'target' | 'encoding'>): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    get(target.url, { headers: { accept, 'accept-encoding': encoding } }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    }).on('error', reject);
  });

const countSeries = (page: Buffer): number =>
  page
    .toString()
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#')).length;

const rowNamed = (rows: readonly Row[], name: string, encoding = 'identity'): Row => {
  const found = rows.find(row => row.target.name === name && row.encoding === encoding);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
};

const tableOf = (caption: string, rows: readonly Row[]): Table => ({
  caption,
  head: [
    'page',
    'series',
    'MB',
    'ms CPU (min / median / max)',
    '× ours',
    'longest gap in ms',
    'ms until received',
  ],
  rows: rows.map(row => [
    row.target.name + (row.encoding === 'gzip' ? ', gzip' : ''),
    row.lines === 0 ? '' : String(row.lines),
    (row.bytes / 1e6).toFixed(1),
    spreadText(spreadOf(row.cpu), 0),
    ratiosOf(row.cpu, rowNamed(rows, 'ours').cpu).median.toFixed(1),
    spreadText(spreadOf(row.gap), 0),
    spreadOf(row.wall).median.toFixed(0),
  ]),
});

const goalsOf = (rows: readonly Row[]): readonly Goal[] => {
  const stock = rowNamed(rows, 'stock exporter');
  return (['identity', 'gzip'] as const).flatMap((encoding): readonly Goal[] => {
    const row = rowNamed(rows, 'ours', encoding);
    const times: Spread = ratiosOf(stock.cpu, row.cpu);
    const gap = spreadOf(row.gap);
    return [
      {
        goal: `100,000 series, ${encoding}: at least ten times less CPU than the stock exporter`,
        measured: `${times.median.toFixed(1)} times`,
        reached: times.median >= 10,
      },
      {
        goal: `100,000 series, ${encoding}: longest gap at most 20 ms`,
        measured: `${gap.median.toFixed(0)} ms, at worst ${gap.max.toFixed(0)} ms`,
        reached: gap.median <= 20,
      },
    ];
  });
};
