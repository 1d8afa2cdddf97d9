import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SlackApi, startSlackApi } from '../../slack-api.ts';
import { alertmanager25, alertmanager33 } from '../programs.ts';
import { type Alertmanager, eventually, type PostedAlert, startAlertmanager } from './alertmanager-server.ts';

const alert = (
  alertname: string,
  severity: string,
  labels: Readonly<Record<string, string>>,
): PostedAlert => ({ labels: { alertname, severity, ...labels } });

const here = { job: 'ykmake', instance: 'app-1:9464' };
const collector = { job: 'otel-collector', instance: 'otel-collector:8888' };

/** What is told, what is left out on its account, and what looks alike and is told all the same. */
const cases: readonly {
  readonly title: string;
  readonly cause: PostedAlert;
  readonly leftOut: readonly PostedAlert[];
  readonly told: readonly PostedAlert[];
}[] = [
  {
    title: 'an instance that is down leaves out its other alerts, and nobody else’s',
    cause: alert('TargetDown', 'warning', here),
    leftOut: [alert('EventLoopLagHigh', 'warning', here), alert('DescriptorsHigh', 'critical', here)],
    told: [
      alert('EventLoopLagHigh', 'warning', { ...here, instance: 'app-2:9464' }),
      alert('GarbageCollectionHigh', 'warning', { ...here, job: 'shop' }),
      alert('AvailabilityBudgetBurn', 'critical', { job: 'ykmake' }),
      alert('RouteErrorRatioHigh', 'warning', { job: 'ykmake', method: 'GET', path: '/' }),
      alert('TrafficDropped', 'warning', { job: 'ykmake' }),
    ],
  },
  {
    title: 'a job of which no process can be seen leaves out its warnings, and no page and no other job',
    cause: alert('TargetDown', 'critical', { job: 'ykmake' }),
    leftOut: [
      alert('TrafficDropped', 'warning', { job: 'ykmake' }),
      alert('TargetDown', 'warning', here),
      alert('EventLoopLagHigh', 'warning', here),
    ],
    told: [
      alert('AvailabilityBudgetBurn', 'critical', { job: 'ykmake' }),
      alert('TrafficDropped', 'warning', { job: 'shop' }),
    ],
  },
  {
    title: 'a job without targets leaves out its warnings, too',
    cause: alert('TargetAbsent', 'critical', { job: 'ykmake' }),
    leftOut: [alert('TrafficDropped', 'warning', { job: 'ykmake' })],
    told: [alert('TrafficDropped', 'warning', { job: 'shop' })],
  },
  {
    title: 'a Collector that is down leaves out what it cannot do, and not what another cannot do',
    cause: alert('CollectorDown', 'warning', collector),
    leftOut: [
      alert('CollectorExportFailing', 'warning', { ...collector, exporter: 'otlp_http/tempo' }),
      alert('CollectorQueueAlmostFull', 'warning', { ...collector, exporter: 'otlp_http/tempo' }),
      alert('CollectorRefusing', 'warning', { ...collector, receiver: 'otlp' }),
    ],
    told: [
      alert('CollectorExportFailing', 'warning', { ...collector, instance: 'gateway-1:8888' }),
      alert('TelemetryDropped', 'warning', here),
    ],
  },
  {
    title: 'causes do not leave out each other',
    cause: alert('TargetDown', 'warning', collector),
    leftOut: [alert('CollectorRefusing', 'warning', { ...collector, receiver: 'otlp' })],
    told: [alert('CollectorDown', 'warning', collector)],
  },
  {
    title: 'fast windows leave out the slow ones of the same budget, and tell where it burns',
    cause: alert('AvailabilityBudgetBurn', 'critical', { job: 'ykmake', window: '1h' }),
    leftOut: [
      alert('AvailabilityBudgetBurn', 'warning', { job: 'ykmake', window: '1d' }),
      alert('AvailabilityBudgetBurn', 'warning', { job: 'ykmake', window: '3d' }),
    ],
    told: [
      alert('AvailabilityBudgetBurn', 'critical', { job: 'ykmake', window: '6h' }),
      alert('LatencyBudgetBurn', 'warning', { job: 'ykmake', window: '1d' }),
      alert('AvailabilityBudgetBurn', 'warning', { job: 'shop', window: '1d' }),
      alert('RouteErrorRatioHigh', 'warning', { job: 'ykmake', method: 'GET', path: '/' }),
    ],
  },
];

const nameOf = ({ labels }: Pick<PostedAlert, 'labels'>): string =>
  JSON.stringify(Object.entries(labels).sort());

for (const [version, program] of [
  ['0.25', alertmanager25],
  ['0.33', alertmanager33],
] as const) {
  describe(`what Alertmanager ${version} leaves out`, { skip: program.skip }, () => {
    /** A fresh Alertmanager and Slack for each case: what is told stays told. */
    const withBoth = async (use: (alertmanager: Alertmanager, slack: SlackApi) => Promise<void>) => {
      const slack = await startSlackApi();
      const alertmanager = await startAlertmanager(program.path, { webhook: slack.webhookUrl });
      try {
        await use(alertmanager, slack);
      } finally {
        await alertmanager.stop();
        await slack.stop();
      }
    };
    const inhibited = async (alertmanager: Alertmanager): Promise<readonly string[]> =>
      (await alertmanager.alerts())
        .filter(({ status }) => status.inhibitedBy.length > 0)
        .map(nameOf)
        .sort();

    for (const { title, cause, leftOut, told } of cases)
      it(title, async () => {
        await withBoth(async (alertmanager, slack) => {
          await alertmanager.post([cause, ...leftOut, ...told]);
          const groups = new Set(
            [cause, ...told].map(
              ({ labels: { alertname, severity, job } }) => `${alertname} ${severity} ${job}`,
            ),
          );
          await slack.waitFor(groups.size);
          await new Promise(resolve => setTimeout(resolve, 1_500));
          assert.deepEqual(await inhibited(alertmanager), leftOut.map(nameOf).sort());
          const titles = slack.messages.map(({ payload }) => payload.attachments?.[0]?.title ?? '');
          const expected = [...groups].map(group => {
            const [name = '', severity = '', job = ''] = group.split(' ');
            return `${severity.toUpperCase()} ${name} · ${job} ·`;
          });
          assert.deepEqual(titles.map(title => title.replace(/ \d+ firing.*$/, '')).sort(), expected.sort());
        });
      });

    it('is told as soon as its cause is over, and is told without a cause (control)', async () => {
      await withBoth(async (alertmanager, slack) => {
        const consequence = alert('EventLoopLagHigh', 'warning', here);
        const cause = alert('TargetDown', 'warning', here);
        await alertmanager.post([cause, consequence]);
        await slack.waitFor(1);
        await alertmanager.post([{ ...cause, endsAt: new Date().toISOString() }]);
        const titles = async (): Promise<readonly string[]> =>
          slack.messages.map(({ payload }) => payload.attachments?.[0]?.title ?? '');
        await eventually(titles, all => all.some(title => title.startsWith('WARNING EventLoopLagHigh')));
      });
    });
  });
}
