/**
 * What `npm start` runs: YkMake under the monitoring preload, visitors for it, and a live table that knows
 * only what the metrics page says. Ctrl-C ends the visitors, then the application with its database.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isBuilt, startNode } from './start/child.js';
import { metricsAddress } from './start/metrics-address.js';
import { readOptions } from './start/options.js';
import { createScreen } from './start/screen.js';
import { createWatch } from './start/watch.js';

const options = readOptions();
const end = new AbortController();
const finish = (code, message) => end.abort({ code, message });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => finish(0));
process.stdout.on('error', () => finish(0)); // Nobody reads any more: `npm start | head`.

// What the application logs, with a line for each request, would push the table away: files are for that.
const applicationEnv = { LOG_DIR: 'logs', MONITORING_LOG_CONSOLE: 'none', ...process.env };

const screen = createScreen(process.stdout);
const children = [];
const said = { byPreload: [], byApplication: 0, last: '' };
let address;

if (isBuilt()) startApplication();
else finish(1, 'The preload is not built yet: run npm run build, then npm start.');

await aborted(end.signal);
const { code, message } = end.signal.reason;
if (message) screen.print(message);
for (const child of children.toReversed()) await child.stop();
process.exit(code);

function startApplication() {
  screen.print('Starting YkMake under the preload: node --import ./register.js app');
  const application = startNode(['--import', './register.js', 'app.js'], applicationEnv, hear);
  children.push(application);
  application.ended.then(why => {
    // What kept it from starting it has said itself.
    const explained = address === undefined && said.byApplication > 0;
    finish(1, explained ? undefined : `The application ended by itself: ${why}.`);
  });
}

/** Passes on what the application and the preload write, and learns from it when the application listens. */
function hear(line) {
  const listening = /listens on (http:\S+)/.exec(line)?.[1];
  if (listening && address === undefined) {
    address = listening;
    return void welcome();
  }
  if (line.startsWith('[monitoring]')) said.byPreload.push(line);
  else said.byApplication += 1;
  // The same line again and again would push everything else away; the table counts the failures.
  if (line !== said.last) screen.print(line);
  said.last = line;
}

async function welcome() {
  const metrics = () => metricsAddress(process.env, said.byPreload);
  for (const line of greeting(metrics())) screen.print(line);
  startTraffic();
  if (options.seconds) setTimeout(() => finish(0), options.seconds * 1000);

  const watch = createWatch(metrics);
  let looks = 0;
  while (await tick()) {
    await watch.look();
    looks += 1;
    if (looks % screen.interval === 0) screen.draw(watch.lines(screen.rows));
  }
  if (looks % screen.interval !== 0) screen.draw(watch.lines(screen.rows));
}

function greeting(metrics) {
  return [
    '',
    `  Application   ${address}/api/projects`,
    `  Metrics       ${metrics ?? 'not served, see the line of the preload above'}`,
    ...(metrics ? [`                ${curl(metrics)} | grep ^http_requests_total`] : []),
    ...(applicationEnv.LOG_DIR === 'none' ? [] : [`  Logs          ${applicationEnv.LOG_DIR}/combined.log`]),
    `  Traffic       about ${options.rate} requests per second`,
    '',
    '  Ctrl-C ends everything.',
    '',
  ];
}

function curl(metrics) {
  const { MONITORING_METRICS_TOKEN: token, MONITORING_METRICS_BASIC_AUTH: basic } = process.env;
  if (token) return `curl -s -H "Authorization: Bearer $MONITORING_METRICS_TOKEN" ${metrics}`;
  return basic ? `curl -s -u "$MONITORING_METRICS_BASIC_AUTH" ${metrics}` : `curl -s ${metrics}`;
}

function startTraffic() {
  const { NODE_OPTIONS: _, ...env } = process.env; // A preload in there is meant for the application.
  const args = ['examples/ykmake/traffic.js', address, '--rate', String(options.rate)];
  const traffic = startNode(args, env, line => screen.print(line));
  children.push(traffic);
  traffic.ended.then(why => {
    if (!end.signal.aborted) screen.print(`The traffic generator ended by itself: ${why}.`);
  });
}

/** Waits a second; false when everything ends. */
function tick() {
  return pause(1000, true, { signal: end.signal }).catch(() => false);
}

function aborted(signal) {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve, { once: true });
  });
}
