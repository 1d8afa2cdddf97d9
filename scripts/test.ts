/**
 * `npm test`: builds, installs the fixtures' own packages, and runs every suite on Node's test runner.
 * Arguments are suites or files: `npm test -- http prometheus`.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * Seconds that the files of each suite may take, added up, with room for a slow machine: two files run at a time, and
 * the whole takes about a quarter of an hour on two cores. A suite that is over its budget is named, not failed.
 */
const budgets: Readonly<Record<string, number>> = {
  catalog: 5,
  settings: 30,
  differential: 60,
  // CPU of a hundred hostile values and texts, the least of eight rounds each.
  redaction: 60,
  // A Node.js process for each way to load a module, and for each library in both module systems.
  instrumentations: 120,
  bridge: 60,
  // Two applications that let out six hundred secrets each.
  secrets: 30,
  // Applications as child processes, in both module systems, with and without winston.
  logger: 90,
  // Faults are waited for until batches are given up; memory is measured over 50,000 requests, four times.
  otlp: 90,
  transport: 10,
  // With the failing cases of every framework, in two or three modes each.
  errors: 210,
  // A million errors, four times.
  flood: 90,
  sentry: 60,
  slack: 60,
  // Each row of the table of exits: plain, with the hooks alone, and with the whole preload; deadlines are waited for.
  'process-errors': 180,
  // A receiver is restarted twenty times, and is back after five seconds at most each time.
  traces: 160,
  // Faults of receivers are waited for, and memory is measured.
  logs: 120,
  metrics: 10,
  'active-users': 60,
  prometheus: 30,
  // Prometheus begins to scrape five seconds after its start; programs of two versions, mostly waiting.
  'real-prometheus': 120,
  // About twenty-two frameworks: routes in four starts each, failing cases in four or five.
  frameworks: 240,
  runtime: 30,
  http: 60,
  // Four servers, fifteen clients in up to three versions, seven ORMs on up to six of them: each as several processes.
  database: 600,
  preload: 150,
  package: 90,
  // Millions of lines, processes that are killed twenty times, and the same with winston's transport.
  'log-files': 120,
  examples: 120,
  bench: 5,
  migrating: 40,
  // Reads what the suites before it have collected.
  pages: 60,
};

/** Suites of their own command (`npm run test:stack`): they need the programs of `.ci/programs` and some minutes. */
const stackBudgets: Readonly<Record<string, number>> = {
  'stack/ci': 15,
  // Two versions of promtool, every mistake that an alert may have (two hundred), and Prometheus itself, mostly waiting.
  'stack/prometheus': 360,
  // Two versions, each waiting for its groups; an Alertmanager and a Slack of their own for each case.
  'stack/alertmanager': 150,
  'stack/grafana': 60,
  'stack/collector': 240,
  // The application's image is built from nothing, and a real Loki wants fifteen seconds at each start.
  'stack/compose': 300,
  // A program of 130 MB for each of nine checks.
  'stack/kubernetes': 60,
  // Two of the whole stack at a time, mostly waiting for what has to be seen.
  'stack/live': 360,
  'stack/panels': 300,
};

const root = path.join(import.meta.dirname, '..');
const node = process.execPath;

execFileSync(node, [path.join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' });
for (const file of globSync('test/fixtures/*/package.json', { cwd: root })) {
  const folder = path.join(root, path.dirname(file));
  if (existsSync(path.join(folder, 'node_modules'))) continue;
  console.log(`installing the packages of ${path.dirname(file)}`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
}

for (const file of globSync('test/fixtures/*/package.json', { cwd: root })) {
  const { scripts } = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as {
    scripts?: { build?: string };
  };
  if (scripts?.build !== undefined)
    execFileSync(node, ['--run', 'build'], { cwd: path.join(root, path.dirname(file)), stdio: 'inherit' });
}

const wanted = process.argv.slice(2);
/** A suite, a file, or all suites of the stack. */
const isWanted = (file: string): boolean =>
  wanted.length === 0
    ? budgets[suiteOf(file)] !== undefined
    : wanted.some(name => file.startsWith(`test/${name}/`) || file === name);
const allBudgets: Readonly<Record<string, number>> = { ...budgets, ...stackBudgets };
const files = Object.keys(allBudgets)
  .flatMap(suite => globSync(`test/${suite}/**/*.test.ts`, { cwd: root }).sort())
  .filter(isWanted);
const forgotten = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/fixtures/**'] }).filter(
  file => allBudgets[suiteOf(file)] === undefined,
);
if (forgotten.length > 0) throw new Error(`tests without a budget: ${forgotten.join(', ')}`);
if (files.length === 0) throw new Error(`no test file fits ${wanted.join(', ')}`);

const spent = new Map<string, number>();
const counts = { passed: 0, failed: 0, skipped: 0 };
const execArgv: string[] = [];

const last = files.filter(file => suiteOf(file) === 'pages');
if (last.length > 0) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
  process.once('exit', code => {
    if (code === 0) rmSync(folder, { recursive: true, force: true });
    else console.log(`the pages that the tests have read are in ${folder}`);
  });
  process.env.TEST_PAGES = folder;
  execArgv.push('--import', path.join(root, 'test/pages/collect.ts'));
}
await runTests(files.filter(file => !last.includes(file)));
await runTests(last);

for (const [suite, seconds] of spent)
  console.log(`${suite}: ${seconds.toFixed(0)} s of ${allBudgets[suite]} s`);
for (const [suite, seconds] of spent)
  if (seconds > (allBudgets[suite] ?? 0)) console.log(`suite ${suite} is over its budget (scripts/test.ts)`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

function suiteOf(file: string): string {
  const [, suite = '', part] = file.split(path.sep);
  return suite === 'stack' ? `stack/${part}` : suite;
}

/** Runs the files, two at a time, and adds to what was counted and spent. */
async function runTests(some: readonly string[]): Promise<void> {
  if (some.length === 0) return;
  const tests = run({
    files: some.map(file => path.join(root, file)),
    cwd: root,
    concurrency: 2,
    execArgv,
  });
  tests.on('test:summary', summary => {
    if (summary.file === undefined) {
      const { tests: all, passed, skipped, todo } = summary.counts;
      counts.passed += passed;
      counts.skipped += skipped;
      counts.failed += all - passed - skipped - todo;
      return;
    }
    const suite = suiteOf(path.relative(root, summary.file));
    spent.set(suite, (spent.get(suite) ?? 0) + summary.duration_ms / 1000);
  });
  tests.compose(new spec()).pipe(process.stdout);
  await once(tests, 'end');
  // The reporter has yet to print the last of its own summary.
  await new Promise(resolve => setImmediate(resolve));
}
