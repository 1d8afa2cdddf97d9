import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../real-prometheus/faults.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';
import type { SlackMessage } from '../../slack-api.ts';
import { alertmanager25, alertmanager33, collector, prometheus2, prometheus3 } from '../programs.ts';
import { rulesOf } from './answers.ts';
import {
  brokenRoute,
  failingQueries,
  garbage,
  gone,
  lostReports,
  noCollector,
  refusedMessages,
  refusingBackend,
  restarts,
  slowQueries,
  slowRoute,
  stalls,
} from './faults.ts';
import { startTraffic, type Traffic } from './instance.ts';
import { type Stack, startStack } from './stack.ts';

/** Ten minutes are ten seconds (hasten.ts). */
const haste = 60;

/** Each Prometheus tells the Alertmanager beside it. */
const pairs = [
  [prometheus2, alertmanager25],
  [prometheus3, alertmanager33],
].filter(pair => pair.every(({ skip }) => skip === false));
const skip = prometheus2.skip || alertmanager25.skip || collector.skip;

/** What promtool's tests alone prove. */
const notProvoked: Readonly<Record<string, string>> = {
  TargetAbsent: 'the instances are found by a list here, and stay in it',
  PathCardinalityHigh: 'folded paths end at a hundred: it takes an application with two hundred routes',
  CpuHigh: 'a whole core is not to be had on a machine that others use, too',
  DescriptorsHigh: 'thousands of open files',
  CollectorQueueAlmostFull: 'the queue that is shipped holds half a gigabyte',
  CollectorRefusing: 'the same, or no memory left',
  PrometheusConfigReloadFailed: 'it takes a broken file',
  PrometheusRuleFailures: 'it takes a broken rule',
};

interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

/** Names of what fires now, but for the one that always does. */
const firing = async (prometheus: Prometheus): Promise<ReadonlySet<string>> => {
  const { alerts } = await prometheus.get<{ alerts: readonly Firing[] }>('alerts');
  const names = alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname ?? '');
  return new Set(names.filter(name => name !== 'Watchdog'));
};

describe('the shipped rules and routes, with a clock sixty times as fast', { skip }, () => {
  let stack: Stack;
  let traffic: readonly Traffic[] = [];

  before(async () => {
    stack = await startStack({
      prometheus: pairs.map(([{ path } = prometheus2]) => path),
      alertmanagers: pairs.map(([, { path } = alertmanager25]) => path),
      collector: collector.path,
      haste,
    });
    traffic = stack.instances.map(({ url }) => startTraffic(url, 8, true));
  });
  after(async () => {
    await Promise.all(traffic.map(each => each.stop()));
    await stack?.stop();
  });

  const inEach = (check: (prometheus: Prometheus) => Promise<boolean>): Promise<boolean> =>
    Promise.all(stack.prometheus.map(check)).then(answers => answers.every(Boolean));

  /** Lets a fault go on until its alerts fire in each Prometheus and are told in Slack. */
  const provoke = async (
    alerts: readonly string[],
    fault: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const enough = new AbortController();
    const running = fault(enough.signal);
    try {
      await until(
        `${alerts.join(', ')} to fire, and to be told in Slack`,
        async () =>
          (await inEach(async each => alerts.every(Set.prototype.has, await firing(each)))) &&
          stack.alertmanagers.every(({ slack }) => alerts.every(name => about(slack.messages, name)[0])),
        150_000,
      );
    } finally {
      enough.abort();
      await running;
    }
  };

  test('nothing but Watchdog fires without a fault', async () => {
    // A Prometheus begins to scrape five seconds after its start, which are five minutes here: targets are absent.
    const isUp = 'count(up{job="ykmake"} == 1) == 2';
    await until('a quiet start', () =>
      inEach(async each => (await each.query(isUp)).length > 0 && (await firing(each)).size === 0),
    );
    await pause(3_000);
    const since = Date.now();
    await pause(35_000);
    for (const prometheus of stack.prometheus) {
      const window = Math.round((Date.now() - since) / 1000);
      const fired = await prometheus.query(`count_over_time(ALERTS{alertstate="firing"}[${window}s])`);
      assert.deepEqual(
        fired.map(({ metric }) => metric.alertname),
        ['Watchdog'],
        JSON.stringify(fired, undefined, 2),
      );
    }
  });

  type Provoked = readonly [alerts: readonly string[], fault: (signal: AbortSignal) => Promise<void>];
  let names: readonly string[] = [];

  test('every fault fires its alerts, and Slack is told', async () => {
    const { instances, database, backend, sentry, slack } = stack;
    const [first, second] = instances;
    const lanes = [
      [
        [['RouteErrorRatioHigh', 'AvailabilityBudgetBurn'], signal => brokenRoute(first, signal)],
        [['RouteLatencyHigh', 'LatencyBudgetBurn'], signal => slowRoute(first, signal)],
      ],
      [
        [['DatabaseLatencyHigh'], signal => slowQueries(database.url, signal)],
        [['DatabaseErrorsHigh'], signal => failingQueries(database.url, signal)],
      ],
      [
        [['TargetDown'], signal => gone(second, signal)],
        [['EventLoopLagHigh'], signal => stalls(second, signal)],
        [['GarbageCollectionHigh'], signal => garbage(second, signal)],
        [['RestartedOften'], signal => restarts(second, signal)],
      ],
      [
        [['CollectorExportFailing'], signal => refusingBackend(backend, signal)],
        [
          ['CollectorDown', 'TelemetryDropped'],
          async signal => stack.collector && noCollector(stack.collector, signal),
        ],
      ],
      [[['ErrorReportsFailing'], signal => lostReports(sentry, slack, signal)]],
    ] satisfies Provoked[][];
    names = lanes.flat().flatMap(([alerts]) => alerts);
    const ends = await Promise.allSettled(
      lanes.map(async lane => {
        for (const [alerts, fault] of lane) await provoke(alerts, fault);
      }),
    );
    assert.deepEqual(
      ends.flatMap(end => (end.status === 'rejected' ? [String(end.reason)] : [])),
      [],
    );
  });

  const inEachChannel = async (
    check: (messages: readonly SlackMessage[]) => Promise<void> | void,
  ): Promise<void> => {
    for (const { slack } of stack.alertmanagers) await check(slack.messages);
  };

  test('each message says what fires, and has the way to its runbook and its dashboard', async () => {
    await inEachChannel(async messages => {
      for (const name of names) {
        const { title, text } = await until(`a message about ${name}`, async () => about(messages, name)[0]);
        assert.match(
          title,
          new RegExp(`^(CRITICAL|WARNING) ${name} · (ykmake|otel-collector|alertmanager) · \\d+ firing`),
        );
        assert.ok(text.includes(`/docs/runbooks/${name}.md|Runbook>`), text);
        assert.match(text, /<http:\/\/localhost:3001\/d\/ykmake-[^|]+\|Dashboard>/);
      }
      // Negative control: of what was not provoked nothing was told.
      assert.deepEqual(about(messages, 'CollectorQueueAlmostFull'), []);
    });
  });

  test('messages that Slack has refused are told as soon as it takes some', async () => {
    const channels = stack.alertmanagers.map(({ slack }) => slack);
    const untold = new AbortController();
    const broken = brokenRoute(stack.instances[0], untold.signal);
    const refused = new AbortController();
    const silence = refusedMessages(channels, refused.signal);
    try {
      await until('NotificationsFailing to fire', () =>
        inEach(async each => (await firing(each)).has('NotificationsFailing')),
      );
      refused.abort();
      for (const slack of channels)
        await until('a message about it', async () => about(slack.messages, 'NotificationsFailing')[0]);
    } finally {
      refused.abort();
      untold.abort();
      await Promise.all([broken, silence]);
    }
  });

  test('all is resolved once the faults are over, and Slack is told', async () => {
    await until('nothing to fire', () => inEach(async each => (await firing(each)).size === 0), 120_000);
    await inEachChannel(async messages => {
      for (const name of names)
        await until(`the end of ${name}`, async () =>
          messages.some(message => titleOf(message).startsWith(`RESOLVED ${name} `)),
        );
    });
  });

  test('traffic that stays away is told, too', async () => {
    await Promise.all(traffic.map(each => each.stop()));
    traffic = [];
    await until('TrafficDropped to fire', () =>
      inEach(async prometheus => (await firing(prometheus)).has('TrafficDropped')),
    );
    await inEachChannel(async messages => {
      await until('a message about it', async () => about(messages, 'TrafficDropped')[0]);
    });
  });

  test('every alert has been provoked here, or it is said why not', async () => {
    const here = new Set([...names, 'Watchdog', 'NotificationsFailing', 'TrafficDropped']);
    for (const prometheus of stack.prometheus) {
      const shipped = (await rulesOf(prometheus)).filter(({ type }) => type === 'alerting');
      assert.deepEqual(
        [...new Set(shipped.map(({ name }) => name))].sort(),
        [...here, ...Object.keys(notProvoked)].sort(),
      );
    }
  });
});

interface Told {
  readonly title: string;
  readonly text: string;
}

const titleOf = ({ payload }: SlackMessage): string => payload.attachments?.[0]?.title ?? '';

/** The messages that say that an alert fires. */
const about = (messages: readonly SlackMessage[], name: string): readonly Told[] =>
  messages
    .filter(message => new RegExp(` ${name} .* firing`).test(titleOf(message)))
    .map(message => ({ title: titleOf(message), text: message.payload.attachments?.[0]?.text ?? '' }));
