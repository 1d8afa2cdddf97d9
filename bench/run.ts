/**
 * `npm run bench`: all benchmarks, or those that are named: `npm run bench -- requests scrape`. `--rounds=3` makes
 * them shorter and less exact. Ends with 0 however the figures are, with 1 when a benchmark could not run.
 */
import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../scripts/bundle.ts';
import { install } from './install.ts';
import { type Report, reportText } from './report.ts';

const benches: Readonly<Record<string, (rounds?: number) => Promise<Report>>> = {
  requests: async rounds => (await import('./requests.ts')).requests(rounds),
  frameworks: async rounds => (await import('./frameworks.ts')).frameworkCost(rounds),
  database: async rounds => (await import('./database.ts')).database(rounds),
  queries: async rounds => (await import('./queries.ts')).queryCost(rounds),
  startup: async rounds => (await import('./startup.ts')).startup(rounds),
  memory: async rounds => (await import('./memory.ts')).memory(rounds),
  scrape: async rounds => (await import('./scrape.ts')).scrape(rounds),
  record: async rounds => (await import('./record.ts')).record(rounds),
  redaction: async rounds => (await import('./redaction.ts')).redactionCost(rounds),
  sql: async rounds => (await import('./sql.ts')).sql(rounds),
  'log-lines': async rounds => (await import('./log-lines.ts')).logLines(rounds),
  'log-files': async rounds => (await import('./log-files.ts')).logFiles(rounds),
  'log-records': async rounds => (await import('./log-records.ts')).logRecords(rounds),
  winston: async rounds => (await import('./winston.ts')).winston(rounds),
  logger: async rounds => (await import('./logger.ts')).logger(rounds),
  errors: async rounds => (await import('./errors/flood.ts')).flood(rounds),
  collector: async rounds => (await import('./collector.ts')).collectors(rounds),
  profile: async () => (await import('./profile.ts')).profile(),
};

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string' } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = wanted.filter(name => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  throw new Error(`no benchmark ${unknown.join(', ')}: there are ${Object.keys(benches).join(', ')}`);
}

install(import.meta.dirname);
const built = path.join(import.meta.dirname, 'dist');
rmSync(built, { recursive: true, force: true });
await bundle(built);

const cpus = os.cpus();
console.log(
  `Node.js ${process.versions.node}, ${os.type()} ${os.machine()}, ${cpus.length} × ${cpus[0]?.model ?? 'unknown CPU'}, load ${os.loadavg()[0]?.toFixed(2)} at start\n`,
);
const minutesSince = (startedAt: number): string => ((performance.now() - startedAt) / 60_000).toFixed(1);
for (const name of wanted) {
  const startedAt = performance.now();
  try {
    const report = await benches[name]?.(values.rounds === undefined ? undefined : Number(values.rounds));
    if (report !== undefined)
      console.log(`${reportText(report)}\n\n(took ${minutesSince(startedAt)} minutes)\n`);
  } catch (error) {
    console.error(`the benchmark ${name} could not run:`, error);
    process.exitCode = 1;
  }
}
