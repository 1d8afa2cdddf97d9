import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SlackApi, startSlackApi } from '../../slack-api.ts';
import { alertmanager25, alertmanager33 } from '../programs.ts';
import {
  type Alertmanager,
  eventually,
  type PostedAlert,
  replaced,
  startAlertmanager,
} from './alertmanager-server.ts';

const alert = (alertname: string, severity: string): PostedAlert => ({
  labels: { alertname, severity, job: 'ykmake' },
  annotations: { summary: `${alertname} of a test` },
});
const failed = 'alertmanager_notifications_failed_total';
const requests = 'alertmanager_notification_requests_failed_total';
const sent = 'alertmanager_notifications_total';
const ofSlack = 'integration="slack"';

for (const [version, program] of [
  ['0.25', alertmanager25],
  ['0.33', alertmanager33],
] as const) {
  describe(`how Alertmanager ${version} delivers`, { skip: program.skip }, () => {
    const withBoth = async (
      use: (alertmanager: Alertmanager, slack: SlackApi) => Promise<void>,
      change?: (configuration: string, slack: SlackApi) => string,
    ): Promise<void> => {
      const slack = await startSlackApi();
      const alertmanager = await startAlertmanager(program.path, {
        webhook: slack.webhookUrl,
        ...(change === undefined ? {} : { change: text => change(text, slack) }),
      });
      try {
        await use(alertmanager, slack);
      } finally {
        await alertmanager.stop();
        await slack.stop();
      }
    };

    it('tries again while Slack fails with 500, once it answers tells it once, and counts both', async () => {
      await withBoth(async (alertmanager, slack) => {
        slack.script({ status: 500 }, { status: 500 }, { status: 503 });
        await alertmanager.post([alert('Delayed', 'critical')]);
        await slack.waitFor(1);
        await new Promise(resolve => setTimeout(resolve, 1_500));
        assert.equal(slack.requests.length, 4);
        assert.equal(slack.messages.length, 1);
        assert.ok((await alertmanager.metric(sent, ofSlack)) >= 1);
        assert.equal(await alertmanager.metric(requests, ofSlack), 3);
      });
    });

    it('counts a refusal at once, and tries again with the next turn of the group', async () => {
      for (const answer of [{ error: 'ratelimited', retryAfter: 1 }, { error: 'no_service' }] as const)
        await withBoth(async (alertmanager, slack) => {
          slack.script(answer);
          await alertmanager.post([alert('Refused', 'critical')]);
          await slack.waitFor(1);
          assert.equal(await alertmanager.metric(failed, ofSlack), 1, answer.error);
          assert.equal(slack.requests.length, 2);
          const [first, second] = slack.requests;
          // The group's interval, which is a second here.
          assert.ok((second?.at ?? 0) - (first?.at ?? 0) > 500, answer.error);
        });
    });

    it('runs without a Slack, shows its alerts, and counts and names what it could not send', async () => {
      for (const webhook of [undefined, ''] as const) {
        const alertmanager = await startAlertmanager(program.path, webhook === undefined ? {} : { webhook });
        try {
          await alertmanager.post([alert('Untold', 'critical')]);
          await eventually(
            () => alertmanager.metric(requests, ofSlack),
            count => count >= 1,
          );
          const shown = await alertmanager.alerts();
          assert.deepEqual(
            shown.map(({ status }) => status.state),
            ['active'],
          );
          assert.match(
            alertmanager.log(),
            webhook === undefined ? /slack_webhook: no such file/ : /unsupported protocol/,
          );
        } finally {
          await alertmanager.stop();
        }
      }
    });

    it('posts with a token by the lines that its configuration has for that', async () => {
      const withToken = (configuration: string, slack: SlackApi): string => {
        const uncommented = replaced(configuration, /# (?=api_url: |channel: |http_config: )/g, '');
        const without = replaced(uncommented, / +api_url_file: .*\n/g, '');
        const local = replaced(without, 'https://slack.com/api/', slack.apiUrl);
        return replaced(local, /credentials_file: [^ ]+/g, `credentials: ${slack.token}`);
      };
      await withBoth(async (alertmanager, slack) => {
        await alertmanager.post([alert('ByToken', 'warning')]);
        const [message] = await slack.waitFor(1);
        assert.equal(message?.by, 'api');
        assert.equal(message?.channel, '#alerts');
        assert.match(message?.payload.attachments?.[0]?.title ?? '', /^WARNING ByToken/);
      }, withToken);
    });

    it('tells nobody of the Watchdog and of severity none, and of an unknown severity all the same', async () => {
      await withBoth(async (alertmanager, slack) => {
        await alertmanager.post([
          alert('Watchdog', 'none'),
          alert('Nothing', 'none'),
          alert('Something', 'novel'),
        ]);
        await slack.waitFor(1);
        await new Promise(resolve => setTimeout(resolve, 1_500));
        const titles = slack.messages.map(({ payload }) => payload.attachments?.[0]?.title);
        assert.deepEqual(titles, ['NOVEL Something · ykmake · 1 firing']);
      });
    });

    it('keeps information for the working hours', async () => {
      const { hour, other } = aroundNow();
      const hours =
        (from: string, to: string) =>
        (text: string): string =>
          replaced(
            replaced(text, /weekdays: .*\n/g, "weekdays: ['sunday:saturday']\n"),
            /start_time: .*(?= })/g,
            `start_time: '${from}', end_time: '${to}'`,
          );
      for (const [[from, to], expected] of [
        [hour, ['INFO News · ykmake · 1 firing', 'WARNING Work · ykmake · 1 firing']],
        [other, ['WARNING Work · ykmake · 1 firing']],
      ] as const)
        await withBoth(
          async (alertmanager, slack) => {
            await alertmanager.post([alert('News', 'info'), alert('Work', 'warning')]);
            await slack.waitFor(expected.length);
            await new Promise(resolve => setTimeout(resolve, 1_500));
            const titles = slack.messages.map(({ payload }) => payload.attachments?.[0]?.title ?? '');
            assert.deepEqual(titles.sort(), expected);
          },
          hours(from, to),
        );
    });
  });
}

/** A range of hours with now in it, and one without. */
function aroundNow(): Readonly<Record<'hour' | 'other', readonly [from: string, to: string]>> {
  const morning = ['00:00', '12:00'] as const;
  const afternoon = ['12:00', '24:00'] as const;
  return new Date().getUTCHours() < 12
    ? { hour: morning, other: afternoon }
    : { hour: afternoon, other: morning };
}
