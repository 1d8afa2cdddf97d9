/**
 * What one Prometheus holds: `node bench/prometheus/capacity.ts PROMETHEUS [PROCESSES…]`, with the path of a 3.x.
 *
 * It takes the page of the example under traffic, writes an hour of it for so many processes (15 s apart, as fast as they
 * are taken), and measures memory, bytes on the disk, the rules, and the queries of the overview. Then Prometheus scrapes
 * so many processes for a minute.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Family, growing, pageOfExample, seriesOf, textOf } from './example-page.ts';
import { overviewQueries } from './overview-queries.ts';
import { type Prometheus, startPrometheus } from './program.ts';
import { labelsOf, write } from './remote-write.ts';

const [program, ...counts] = process.argv.slice(2);
if (program === undefined)
  throw new Error('usage: node bench/prometheus/capacity.ts PROMETHEUS [PROCESSES…], for example 10 100');
const processes = counts.length > 0 ? counts.map(Number) : [10, 100];

const interval = 15_000;
const hour = 3_600_000;
const instance = (index: number): string => `10.0.${index >> 8}.${index & 255}:9464`;
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

console.log(`${os.cpus().length} × ${os.cpus()[0]?.model}, load ${os.loadavg()[0]?.toFixed(1)} at start`);
const page = await pageOfExample();
const families = seriesOf(page);
console.log(`the page of the example: ${families.length} series, ${Buffer.byteLength(page)} bytes\n`);

for (const count of processes) {
  await writtenHour(count, families);
  await scraped(count, families);
}

/** An hour of so many processes, and what it costs to hold and to ask. */
async function writtenHour(count: number, series: readonly Family[]): Promise<void> {
  const prometheus = await startPrometheus(program as string, []);
  try {
    const apps = Array.from({ length: count }, (_, index) => ({
      labels: series.map(({ name, labels }) =>
        labelsOf({ ...labels, __name__: name, job: 'ykmake', instance: instance(index) }),
      ),
      values: growing(series),
    }));
    const startedAt = performance.now();
    let steps = 0;
    let end = Math.floor(Date.now() / interval) * interval - hour;
    // Until it has caught up with the clock: rules look at what is new.
    for (; end + interval <= Date.now(); steps++) {
      end += interval;
      for (const { labels, values } of apps) {
        const now = values();
        await write(
          prometheus.url,
          labels.map((label, index) => ({ labels: label, value: now[index] ?? 0 })),
          end,
        );
      }
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const samples = count * series.length * steps;
    console.log(
      `${count} processes, ${count * series.length} series, an hour and more of 15 s: ${samples} samples`,
    );
    console.log(`  written in ${seconds.toFixed(0)} s: ${(samples / seconds).toFixed(0)} samples/s`);
    const idle = await prometheus.memory();
    console.log(
      `  resident ${mib(idle)} MiB: ${(idle / count / series.length / 1024).toFixed(1)} KiB a series`,
    );
    const { bytes, index } = await prometheus.snapshot();
    console.log(
      `  on the disk ${(bytes / samples).toFixed(2)} bytes a sample, of which index ${(index / samples).toFixed(2)}`,
    );
    await pause(20_000);
    console.log(
      `  rules: ${(await prometheus.ruleSeconds()).toFixed(2)} s for one turn of all groups, each 15 s`,
    );
    await queries(prometheus, end);
    console.log(`  resident after them, and before a collection, ${mib(await prometheus.resident())} MiB`);
  } finally {
    await prometheus.stop();
  }
}

/** The queries of the overview as a browser asks them: the last hour, 240 points, one after the other. */
async function queries(prometheus: Prometheus, end: number): Promise<void> {
  const taken: number[] = [];
  const cpu = await prometheus.cpu();
  for (const query of overviewQueries) {
    const startedAt = performance.now();
    await prometheus.queryRange(query, (end - hour) / 1000, end / 1000, 15);
    taken.push(performance.now() - startedAt);
  }
  const sum = taken.reduce((all, one) => all + one, 0);
  const cores = (await prometheus.cpu()) - cpu;
  console.log(
    `  overview: ${overviewQueries.length} queries of an hour, median ${median(taken).toFixed(0)} ms, ` +
      `slowest ${Math.max(...taken).toFixed(0)} ms, all after each other ${sum.toFixed(0)} ms, ${cores.toFixed(1)} s of CPU`,
  );
}

/** So many processes behind one port, scraped every 5 s for a minute: CPU for each 1,000 samples/s. */
async function scraped(count: number, series: readonly Family[]): Promise<void> {
  const apps = Array.from({ length: count }, () => growing(series));
  const server = createServer((request, response) => {
    const values = apps[Number(request.url?.slice(1))];
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(values === undefined ? '' : textOf(series, values()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jobs = apps.map((_, index) => ({
    job_name: `app-${index}`,
    metrics_path: `/${index}`,
    scrape_interval: '5s',
    scrape_timeout: '5s',
    static_configs: [{ targets: [target], labels: { job: 'ykmake', instance: instance(index) } }],
  }));
  const prometheus = await startPrometheus(program as string, jobs);
  try {
    // Every series has been seen once.
    await pause(12_000);
    const [cpu, samples, at] = [await prometheus.cpu(), await prometheus.samples(), performance.now()];
    await pause(60_000);
    const seconds = (performance.now() - at) / 1000;
    const rate = ((await prometheus.samples()) - samples) / seconds;
    const cores = ((await prometheus.cpu()) - cpu) / seconds;
    console.log(
      `  scraped at ${rate.toFixed(0)} samples/s: ${cores.toFixed(3)} cores (${((cores / rate) * 100_000).toFixed(2)} for each ` +
        `100,000 samples/s), without rules and queries\n`,
    );
  } finally {
    await prometheus.stop();
    server.closeAllConnections();
    server.close();
  }
}
