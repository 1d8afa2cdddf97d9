import * as lines from '../lines.ts';
import type { LogRecord } from '../logs/record.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Settings } from '../settings/table.ts';
import type { TakeAtExit } from '../transport/exit-post.ts';
import type { Alert } from './alert.ts';
import type { SentryItem } from './sentry/event.ts';
import { createSentrySink } from './sentry/sentry-sink.ts';
import type { Sink, SinkOutcome } from './sink.ts';
import { createSlackSink } from './slack/slack-sink.ts';

export interface SinksOptions {
  readonly service: string;
  readonly version: string;
  /** The last log lines of a trace. */
  readonly linesOf: (traceId: string) => readonly LogRecord[];
  readonly onEvent: (outcome: SinkOutcome) => void;
  readonly onAlert: (outcome: SinkOutcome) => void;
  readonly report: (line: string) => void;
}

/** The services that errors and alerts are reported to, by the settings. */
export interface Sinks {
  readonly sentry: Sink<SentryItem> | undefined;
  readonly slack: Sink<Alert> | undefined;
  readonly flush: () => Promise<void>;
  readonly takeAtExit: TakeAtExit;
  readonly stop: () => void;
}

export const createSinks = (settings: Settings, options: SinksOptions, redaction: Redaction): Sinks => {
  const { service, version, linesOf, onEvent, onAlert, report } = options;
  const { sentryDsn: dsn, sentryEnvironment = settings.nodeEnv, nodeEnv } = settings;
  const sentry =
    dsn === undefined
      ? undefined
      : createSentrySink({
          ...{ dsn, service, version, redaction },
          environment: sentryEnvironment,
          release: settings.sentryRelease,
          breadcrumbs: linesOf,
          onOutcome: onEvent,
          onFailing: error => report(lines.sentryFailing(error)),
          onRecovered: () => report(lines.sentryRecovered()),
        });
  const slack = createSlackSink({
    service,
    environment: nodeEnv,
    token: settings.slackToken,
    channel: settings.slackChannel,
    webhookUrl: settings.slackWebhookUrl,
    apiUrl: settings.slackApiUrl,
    traceUrl: settings.traceUrl,
    dashboardUrl: settings.dashboardUrl,
    runbookUrl: settings.runbookUrl,
    onOutcome: onAlert,
    onFailing: error => report(lines.slackFailing(error)),
    onRecovered: () => report(lines.slackRecovered()),
  });
  const all = [sentry, slack].filter(sink => sink !== undefined);
  return {
    ...{ sentry, slack },
    flush: async () => void (await Promise.all(all.map(({ flush }) => flush()))),
    takeAtExit: () => all.flatMap(({ takeAtExit }) => takeAtExit()),
    stop: () => {
      for (const { stop } of all) stop();
    },
  };
};
