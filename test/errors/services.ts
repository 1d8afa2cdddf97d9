import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../child.ts';
import { type SentryIngest, startSentryIngest } from '../sentry-ingest.ts';
import { type SlackApi, startSlackApi } from '../slack-api.ts';

/** Everything that errors go to, and an application that reports them there. */
export interface Services {
  readonly sentry: SentryIngest;
  readonly slack: SlackApi;
  readonly env: Readonly<Record<string, string>>;
  /** A fixture application under the preload. */
  readonly start: (script: string, env?: Readonly<Record<string, string>>) => Promise<App>;
  /** Lines of a log, error.log if none is named. */
  readonly lines: (name?: 'combined.log') => readonly Readonly<Record<string, unknown>>[];
  /** Everything that has come, for a test that fails. */
  readonly shown: () => string;
}

export const withServices = async (run: (services: Services) => Promise<void>): Promise<void> => {
  const logs = mkdtempSync(path.join(tmpdir(), 'errors-'));
  const sentry = await startSentryIngest();
  const slack = await startSlackApi();
  const apps: App[] = [];
  const env = {
    SENTRY_DSN: sentry.dsn,
    SLACK_API_URL: slack.apiUrl,
    SLACK_TOKEN: slack.token,
    SLACK_CHANNEL: slack.channel,
    LOG_DIR: logs,
    MONITORING_LOG_CONSOLE: 'none',
  };
  const lines: Services['lines'] = name => {
    try {
      const text = readFileSync(path.join(logs, name ?? 'error.log'), 'utf8');
      return text
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line));
    } catch {
      return [];
    }
  };
  try {
    await run({
      ...{ sentry, slack, env, lines },
      start: async (script, more) => {
        const app = await startApp(script, { env: { ...env, ...more }, ipc: true });
        apps.push(app);
        return app;
      },
      shown: () =>
        [
          ...apps.map(app => `${app.stdout()}\n${app.stderr()}`),
          ...sentry.events.map(event => JSON.stringify(event)),
          ...sentry.problems,
          ...slack.messages.map(message => JSON.stringify(message.payload)),
          ...lines().map(line => JSON.stringify(line)),
        ].join('\n'),
    });
  } finally {
    await Promise.all(apps.map(app => app.stop()));
    sentry.stop();
    await slack.stop();
    rmSync(logs, { recursive: true, force: true });
  }
};

/** What a counter of the page says, by its outcome. */
export const outcomes = (page: string, metric: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...page.matchAll(new RegExp(`^${metric}\\{outcome="(\\w+)"\\} (\\d+)$`, 'gm'))].map(
      ([, outcome = '', count]) => [outcome, Number(count)],
    ),
  );
