import { setTimeout as pause } from 'node:timers/promises';
import {
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

/** Seconds before the pictures begin: until then rates rise from nothing, and everything is new. */
const warmUp = 60;

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
    await live(stack, minutes * 60 + warmUp);
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
  const { url: database } = stack.database;
  // Mostly visitors who do not ask for what fails or takes long by design.
  const traffic = [
    startTraffic(first.url, 16, true),
    startTraffic(second.url, 12, true),
    startTraffic(first.url, 1),
  ];
  const failed = new AbortController();

  /** From one share of the time to another. */
  const during = async (
    from: number,
    to: number,
    fault: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    try {
      await pause(from * seconds * 1000, undefined, { signal: failed.signal });
      const isOver = AbortSignal.timeout(Math.round((to - from) * seconds * 1000));
      await fault(AbortSignal.any([failed.signal, isOver]));
    } catch (error) {
      failed.abort(error);
    }
  };

  const services = [
    `${second.url}/api/projects`,
    `${second.url.replace('127.0.0.1', 'localhost')}/api/users`,
  ];
  // Short, or nothing of the error budget would be left to see.
  await Promise.all([
    during(0, 1, signal => callOften(first, services, 700, signal)),
    // What Sentry and Slack miss makes an alert within a minute.
    during(0.2, 0.8, signal => lostReports(stack.sentry, stack.slack, signal)),
    during(0.25, 0.28, signal => callOften(first, [`${second.url}/api/reports/broken`], 700, signal)),
    during(0.35, 0.38, signal => slowQueries(database, signal)),
    during(0.5, 0.506, signal => failingQueries(database, signal)),
    during(0.62, 0.66, signal => gone(second, signal)),
    during(0.74, 0.8, signal => refusingBackend(stack.backend, signal)),
    during(0.84, 0.87, signal => stalls(first, signal)),
  ]);
  await Promise.all(traffic.map(each => each.stop()));
  failed.signal.throwIfAborted();
};

/** An instance calls services, one after the other. */
const callOften = async (
  instance: Instance,
  urls: readonly string[],
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> => {
  for (let turn = 0; !signal.aborted; turn++) {
    instance.trouble({ call: urls[turn % urls.length] ?? '' });
    await pause(milliseconds);
  }
};
