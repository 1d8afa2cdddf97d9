import { setTimeout as pause } from 'node:timers/promises';
import {
  brokenRoute,
  failingQueries,
  gone,
  lostReports,
  refusingBackend,
  slowQueries,
  stalls,
} from '../test/stack/live/faults.ts';
import { type Instance, startTraffic } from '../test/stack/live/instance.ts';
import { type Stack, startStack } from '../test/stack/live/stack.ts';
import {
  alertmanager25,
  alertmanager33,
  collector,
  prometheus2,
  prometheus3,
} from '../test/stack/programs.ts';

/** As prometheus/prometheus.yml has it: the pictures are to show what users will see. */
export const scrapeInterval = 15;

/** A stack, and some time of its life with the troubles that its dashboards are there for. Answers Prometheus' address. */
export const livePreviewStack = async (minutes: number): Promise<{ url: string; stop(): Promise<void> }> => {
  const runs = ({ skip }: { skip: string | false }): boolean => skip === false;
  const prometheus = [prometheus3, prometheus2].find(runs);
  const alertmanager = [alertmanager33, alertmanager25].find(runs);
  if (!prometheus || !alertmanager || !runs(collector))
    throw new Error(
      'previews need Prometheus, Alertmanager and the Collector: run eval "$(.ci/programs)" before',
    );
  const stack = await startStack({
    prometheus: [prometheus.path],
    alertmanagers: [alertmanager.path],
    collector: collector.path,
    interval: scrapeInterval,
  });
  try {
    await live(stack, minutes * 60);
    const [{ url } = { url: '' }] = stack.prometheus;
    return { url, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
};

/** One trouble that goes wrong ends all the others: none of them may meet a stack that is being stopped. */
const live = async (stack: Stack, seconds: number): Promise<void> => {
  const [first, second] = stack.instances;
  const traffic = [startTraffic(first.url, 8), startTraffic(second.url, 5)];
  const { url: database } = stack.database;
  const failed = new AbortController();

  /** From one share of the time to another. */
  const during = async (
    from: number,
    to: number,
    fault: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    await pause(from * seconds * 1000, undefined, { signal: failed.signal });
    const isOver = AbortSignal.timeout((to - from) * seconds * 1000);
    await fault(AbortSignal.any([failed.signal, isOver])).catch(error => {
      failed.abort(error);
      throw error;
    });
  };

  await Promise.allSettled([
    during(0, 1, signal => callOthers(first, second.url, signal)),
    // What Sentry and Slack miss makes an alert within a minute; they are back when most is over.
    during(0.1, 0.7, signal => lostReports(stack.sentry, stack.slack, signal)),
    during(0.3, 0.4, signal => brokenRoute(first, signal)),
    during(0.35, 0.45, signal => slowQueries(database, signal)),
    during(0.5, 0.55, signal => failingQueries(database, signal)),
    during(0.6, 0.65, signal => gone(second, signal)),
    during(0.7, 0.75, signal => refusingBackend(stack.backend, signal)),
    during(0.8, 0.83, signal => stalls(first, signal)),
  ]);
  await Promise.all(traffic.map(each => each.stop()));
  failed.signal.throwIfAborted();
};

/** A service that answers, one that sometimes has no such page, and, now and then, one that is not there. */
const callOthers = async (instance: Instance, url: string, signal: AbortSignal): Promise<void> => {
  for (let turn = 0; !signal.aborted; turn++) {
    instance.trouble({ call: `${url}/api/projects` });
    if (turn % 3 === 0) instance.trouble({ call: `${url.replace('127.0.0.1', 'localhost')}/api/users` });
    if (turn % 20 === 0) instance.trouble({ call: 'http://localhost:1/' });
    await pause(500);
  }
};
