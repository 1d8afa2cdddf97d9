/**
 * The stack without Docker, with visitors and a fault now and then, until Ctrl-C:
 *
 *     eval "$(.ci/programs)" && node test/stack/live/run.ts
 *
 * Alertmanager posts to a Slack of its own here, and the last message is shown. Programs that are missing are left out.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  alertmanager25,
  alertmanager33,
  collector,
  prometheus2,
  prometheus3,
  type StackProgram,
} from '../programs.ts';
import { startTraffic } from './instance.ts';
import { namedFaults } from './named-faults.ts';
import { startStack } from './stack.ts';

const { values } = parseArgs({
  options: {
    /** Requests per second to each of the two instances. */
    rate: { type: 'string', default: '10' },
    /** Seconds between two scrapes. */
    interval: { type: 'string', default: '5' },
    /** Durations of the rules are divided by it. */
    haste: { type: 'string', default: '1' },
    /** Nothing goes wrong. */
    calm: { type: 'boolean', default: false },
  },
});

const newest = (...programs: readonly StackProgram[]): readonly string[] =>
  programs
    .filter(({ skip }) => skip === false)
    .slice(0, 1)
    .map(({ path }) => path);
const prometheus = newest(prometheus3, prometheus2);
if (prometheus.length === 0) throw new Error('no Prometheus: run eval "$(.ci/programs)" before');

const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
const stack = await startStack({
  prometheus,
  alertmanagers: newest(alertmanager33, alertmanager25),
  collector: newest(collector)[0],
  // A queue that can be full within one fault.
  env: { collector: { OTELCOL_QUEUE_BYTES: '1100000' } },
  interval: Number(values.interval),
  haste: Number(values.haste),
});
const traffic = stack.instances.map(({ url }) => startTraffic(url, Number(values.rate), values.calm));
for (const { url, address } of stack.instances)
  console.log(`Application   ${url}/api/projects   metrics http://${address}/metrics`);
for (const { url, version } of stack.prometheus) console.log(`Prometheus    ${url}   ${version}`);
for (const { url } of stack.alertmanagers) console.log(`Alertmanager  ${url}`);
if (stack.collector) console.log(`Collector     ${stack.collector.url}   OTLP`);
console.log('Ctrl-C ends everything.');

const over = new AbortController();
const faults = values.calm ? undefined : inTurn(over.signal);
await ended;
over.abort();
// Ctrl-C reaches every program: they may have ended before they are told to.
await Promise.allSettled([faults, ...traffic.map(each => each.stop())]);
await stack.stop();

/** A quiet minute, a fault for half of one, and so on. */
async function inTurn(signal: AbortSignal): Promise<void> {
  for (;;)
    for (const { name, run } of namedFaults(stack).flat()) {
      await pause(60_000, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      console.log(`${new Date().toISOString()}  ${name}`);
      await run(AbortSignal.any([signal, AbortSignal.timeout(30_000)]));
    }
}
