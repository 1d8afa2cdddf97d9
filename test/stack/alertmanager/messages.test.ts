import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../child.ts';
import { type SlackApi, type SlackMessage, startSlackApi } from '../../slack-api.ts';
import { alertmanager25, alertmanager33 } from '../programs.ts';
import { type Alertmanager, type PostedAlert, startAlertmanager } from './alertmanager-server.ts';

const longestText = 8_000;

const routeAlert = (path: string, more: Partial<PostedAlert> = {}): PostedAlert => ({
  labels: {
    ...{ alertname: 'RouteErrorRatioHigh', severity: 'warning', job: 'ykmake' },
    ...{ method: 'GET', path },
  },
  annotations: {
    summary: `12 % of GET ${path} fail`,
    description: 'More than 5 % of the requests of this route were answered with 5xx for ten minutes.',
    runbook_url: 'https://github.com/ykmake/monitoring/blob/main/docs/runbooks/RouteErrorRatioHigh.md',
    dashboard: `d/ykmake-routes?var-job=ykmake&var-path=${encodeURIComponent(path)}`,
  },
  // An alert that has waited long already is told at once, before others of its group have come.
  startsAt: new Date().toISOString(),
  endsAt: new Date(Date.now() + 600_000).toISOString(),
  generatorURL: 'http://prometheus.example:9090/graph?g0.expr=job%3Ax+%3E+0.05&g0.tab=1',
  ...more,
});

const longAgo = '2026-11-27T03:12:30.000Z';

const attachmentOf = (message: SlackMessage) => {
  const [attachment, ...others] = message.payload.attachments ?? [];
  assert.deepEqual(others, []);
  assert.ok(attachment, JSON.stringify(message));
  const { title = '', text = '', fallback = '', color = '' } = attachment;
  return { title, text, fallback, color };
};

for (const [version, program] of [
  ['0.25', alertmanager25],
  ['0.33', alertmanager33],
] as const) {
  describe(`a message of Alertmanager ${version} in Slack`, { skip: program.skip }, () => {
    let slack: SlackApi;
    let alertmanager: Alertmanager;
    before(async () => {
      slack = await startSlackApi();
      alertmanager = await startAlertmanager(program.path, { webhook: slack.webhookUrl });
    });
    after(async () => {
      await alertmanager?.stop();
      await slack?.stop();
    });

    /** Posts alerts of a job of their own and waits for the message about them. */
    const messageFor = async (
      job: string,
      alerts: readonly PostedAlert[],
    ): Promise<ReturnType<typeof attachmentOf>> => {
      const already = slack.messages.length;
      await alertmanager.post(alerts.map(alert => ({ ...alert, labels: { ...alert.labels, job } })));
      const message = (await slack.waitFor(already + 1))[already];
      assert.ok(message);
      assert.deepEqual(message.shortened, []);
      assert.deepEqual(message.pings, []);
      return attachmentOf(message);
    };

    it('says what, how much, since when, and where to look and to silence it', async () => {
      const { title, text, color, fallback } = await messageFor('shop', [
        routeAlert('/api/users/:id', { startsAt: longAgo }),
      ]);
      assert.equal(title, 'WARNING RouteErrorRatioHigh · shop · 1 firing');
      assert.equal(color, '#ffd700');
      assert.equal(fallback, `${title}: 12 % of GET /api/users/:id fail`);
      const silence = encodeURIComponent(
        '{alertname="RouteErrorRatioHigh",job="shop",method="GET",path="/api/users/:id",severity="warning"}',
      );
      assert.deepEqual(text.split('\n'), [
        '*12 % of GET /api/users/:id fail*',
        'More than 5 % of the requests of this route were answered with 5xx for ten minutes.',
        'since 2026-11-27 03:12 UTC' +
          ' · <http://localhost:3001/d/ykmake-routes?var-job=ykmake&amp;var-path=%2Fapi%2Fusers%2F%3Aid|Dashboard>' +
          ` · <http://alertmanager.example:9093/#/silences/new?filter=${silence}|Silence>`,
        '<https://github.com/ykmake/monitoring/blob/main/docs/runbooks/RouteErrorRatioHigh.md|Runbook>' +
          ' · <http://prometheus.example:9090/graph?g0.expr=job%3Ax+%3E+0.05&amp;g0.tab=1|Query>' +
          ` · <http://alertmanager.example:9093/#/alerts?filter=${encodeURIComponent(
            '{alertname="RouteErrorRatioHigh",job="shop"}',
          )}|All in Alertmanager>`,
      ]);
    });

    for (const [severity, color] of [
      ['critical', '#ff0000'],
      ['error', '#ff4500'],
      ['warning', '#ffd700'],
    ] as const)
      it(`has the package's colour of ${severity}`, async () => {
        const alert = { labels: { alertname: 'Coloured', severity } };
        assert.equal((await messageFor(`colour-${severity}`, [alert])).color, color);
      });

    it('is one for 20 alerts of a name and a job, with the first five and the number of the others', async () => {
      const alerts = Array.from({ length: 20 }, (_, index) => routeAlert(`/api/things/${index}`));
      const { title, text } = await messageFor('many', alerts);
      assert.equal(title, 'WARNING RouteErrorRatioHigh · many · 20 firing');
      assert.equal(
        text.match(/^• \*12 % of \S+ \S+ fail\* since .* · <.*\|Dashboard> · <.*\|Silence>$/gm)?.length,
        5,
      );
      assert.match(text, /^… and 15 more$/m);
      // More than a line for each would be a wall.
      assert.doesNotMatch(text, /were answered with 5xx/);
      await new Promise(resolve => setTimeout(resolve, 2_500));
      const about = slack.messages.filter(message => attachmentOf(message).title.includes('· many ·'));
      assert.equal(about.length, 1, JSON.stringify(about, null, 1));
    });

    it('turns green when all is over, and says how long it lasted', async () => {
      const startsAt = longAgo;
      await messageFor('resolving', [routeAlert('/a', { startsAt })]);
      const ended = [routeAlert('/a', { startsAt, endsAt: '2026-11-27T03:27:35.500Z' })];
      const { title, text, color } = await messageFor('resolving', ended);
      assert.equal(title, 'RESOLVED RouteErrorRatioHigh · resolving · 1 resolved');
      assert.equal(color, '#36a64f');
      assert.match(text, /^12 % of GET \/a fail \(2026-11-27 03:12 to 03:27 UTC, 15m6s\)$/m);
      assert.doesNotMatch(text, /Silence|since/);
    });

    it('tells those that are over from those that are not', async () => {
      const [a, b, c] = ['/a', '/b', '/c'].map(path => routeAlert(path));
      assert.ok(a && b && c);
      await messageFor('half', [a, b]);
      const { title, text } = await messageFor('half', [{ ...a, endsAt: new Date().toISOString() }, c]);
      assert.equal(title, 'WARNING RouteErrorRatioHigh · half · 2 firing, 1 resolved');
      const [firing = '', resolved = ''] = text.split('*Resolved*');
      assert.deepEqual(firing.match(/GET \S+ fail/g), ['GET /b fail', 'GET /c fail']);
      assert.deepEqual(resolved.match(/GET \S+ fail/g), ['GET /a fail']);
    });

    it('shows labels where an alert has no annotations, and no link that leads nowhere', async () => {
      const { text, fallback } = await messageFor('bare', [
        { labels: { alertname: 'Bare', severity: 'critical', instance: 'app:9464' } },
      ]);
      assert.match(text, /^\*alertname="Bare", instance="app:9464", job="bare", severity="critical"\*$/m);
      assert.match(fallback, /^CRITICAL Bare · bare · 1 firing: alertname="Bare"/);
      assert.doesNotMatch(text, /Runbook|Dashboard|Query|<no value>|<\|/);
    });

    it('calls nobody and formats nothing, whatever is in labels and annotations', async () => {
      const hostile =
        '<!channel> <@U123> *bold* `code` <https://evil.example|Runbook> a & b\n\n> quoted \u202e';
      const { title, text, fallback } = await messageFor('<!here> & co', [
        {
          labels: { alertname: '<!everyone>', severity: '<!channel>', path: '"}|><!here>' },
          annotations: {
            ...{ summary: hostile, description: hostile },
            ...{ runbook_url: 'https://a.example/|x><!channel>', dashboard: 'd/x|y><!channel> z' },
          },
          generatorURL: 'http://p.example/<!channel>|x',
        },
      ]);
      assert.equal(title, '&lt;!CHANNEL&gt; &lt;!everyone&gt; · &lt;!here&gt; &amp; co · 1 firing');
      const [summary] = text.split('\n');
      const shown =
        "&lt;!channel&gt; &lt;@U123&gt; ∗bold∗ 'code' &lt;https://evil.example|Runbook&gt; a &amp; b &gt; quoted �";
      assert.equal(summary, `*${shown}*`);
      assert.ok(fallback.endsWith(shown), fallback);
      assert.deepEqual(
        text.match(/<[^>]*>/g)?.map(link => link.replace(/filter=[^|]*/, 'filter=…')),
        [
          '<http://localhost:3001/d/x%7Cy%3E%3C!channel%3E%20z|Dashboard>',
          '<http://alertmanager.example:9093/#/silences/new?filter=…|Silence>',
          '<https://a.example/%7Cx%3E%3C!channel%3E|Runbook>',
          '<http://p.example/%3C!channel%3E%7Cx|Query>',
          '<http://alertmanager.example:9093/#/alerts?filter=…|All in Alertmanager>',
        ],
      );
    });

    it('stays short for 100 alerts with 5,000 characters of each kind everywhere', async () => {
      for (const [job, character] of [
        ['long-plain', 'x'],
        ['long-escaped', '<'],
        ['long-korean', '한'],
        ['long-pairs', '😀'],
      ] as const) {
        const long = character.repeat(5_000);
        const alerts = Array.from({ length: 100 }, (_, index) => ({
          labels: { alertname: 'Long', severity: 'critical', path: `${index}${long}` },
          annotations: { summary: `${index}${long}`, description: long, dashboard: long, runbook_url: long },
          generatorURL: `http://prometheus.example/${encodeURIComponent(long)}`,
        }));
        const { text, fallback } = await messageFor(job, alerts);
        assert.ok(text.length < longestText, `${job}: ${text.length}`);
        assert.ok(fallback.length < 600, `${job}: ${fallback.length}`);
        assert.match(text, /^… and 95 more$/m);
      }
    });

    it('has the whole description of the longest alert that is shipped', async () => {
      const descriptions = globSync('prometheus/rules/*.yml', { cwd: root }).flatMap(file =>
        [...readFileSync(path.join(root, file), 'utf8').matchAll(/description: >-\n((?: {12}.*\n)+)/g)].map(
          ([, text = '']) => text.trim().replace(/\s+/g, ' '),
        ),
      );
      assert.ok(descriptions.length > 20);
      const [longest = ''] = descriptions.sort((one, other) => other.length - one.length);
      const alert = { labels: { alertname: 'Told', severity: 'warning' } };
      const { text } = await messageFor('told', [{ ...alert, annotations: { description: longest } }]);
      // Slack's own spelling of three characters.
      const shown = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      assert.ok(shown.includes(longest.replaceAll('`', "'").replaceAll('*', '∗')), `${longest}\n${shown}`);
    });

    it('is refused by the local Slack where it is none (control)', async () => {
      const response = await fetch(slack.webhookUrl, { method: 'POST', body: '{"attachments":[]}' });
      assert.equal(response.status, 400);
    });
  });
}
