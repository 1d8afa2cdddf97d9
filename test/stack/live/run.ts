/**
 * The stack without Docker, until Ctrl-C:
 *
 *     eval "$(.ci/programs)" && node test/stack/live/run.ts --rate 20 --interval 5
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { prometheus2, prometheus3 } from '../programs.ts';
import { startTraffic } from './instance.ts';
import { startStack } from './stack.ts';

const { values } = parseArgs({
  options: {
    /** Requests per second to each of the two instances. */
    rate: { type: 'string', default: '10' },
    /** Seconds between two scrapes. */
    interval: { type: 'string', default: '5' },
  },
});

const program = [prometheus3, prometheus2].find(({ skip }) => skip === false);
if (program === undefined) throw new Error('no Prometheus: run eval "$(.ci/programs)" before');
const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
const stack = await startStack({ prometheus: [program.path], interval: Number(values.interval) });
const traffic = stack.instances.map(({ url }) => startTraffic(url, Number(values.rate)));
console.log(
  [
    ...stack.instances.map(
      ({ url, address }) => `Application   ${url}/api/projects  metrics http://${address}/metrics`,
    ),
    ...stack.prometheus.map(({ url, version }) => `Prometheus    ${url}  ${version}`),
    'Ctrl-C ends everything.',
  ].join('\n'),
);
await ended;
await Promise.all(traffic.map(each => each.stop()));
await stack.stop();
