import { boolean, enumeration, milliseconds, text, token } from './parse.ts';
import { thresholds } from './parse-lists.ts';
import { dsn, url, urlTemplate } from './parse-network.ts';
import { setting, type Table } from './setting.ts';

type Severity = 'info' | 'warning' | 'error' | 'critical';

export interface ErrorsSettings {
  readonly sentryDsn: string | undefined;
  readonly sentryEnvironment: string | undefined;
  readonly sentryRelease: string | undefined;
  readonly sentryTraces: boolean;
  readonly captureLoggedErrors: boolean;
  readonly slackToken: string | undefined;
  readonly slackChannel: string | undefined;
  readonly slackWebhookUrl: string | undefined;
  readonly slackApiUrl: string;
  readonly alertTitle: string;
  readonly alertMinSeverity: Severity;
  /** Occurrences of an error within a window from which on it is alerted, by severity or route. */
  readonly alertThresholds: Readonly<Record<string, number>>;
  /** Milliseconds in which an error is reported once. */
  readonly alertWindow: number;
  readonly dashboardUrl: string | undefined;
  readonly runbookUrl: string | undefined;
}

const secret = true;

export const errors: Table<ErrorsSettings> = {
  sentryDsn: setting('SENTRY_DSN', dsn, undefined, 'Sentry project that errors are reported to.', { secret }),
  sentryEnvironment: setting('SENTRY_ENVIRONMENT', text, undefined, 'Environment named in Sentry events.', {
    fallbackText: 'the value of NODE_ENV',
  }),
  sentryRelease: setting('SENTRY_RELEASE', text, undefined, 'Release named in Sentry events.'),
  sentryTraces: setting('MONITORING_SENTRY_TRACES', boolean, false, 'Spans go to Sentry too, by OTLP.'),
  captureLoggedErrors: setting(
    'MONITORING_CAPTURE_LOGGED_ERRORS',
    boolean,
    true,
    'Errors that the application logs outside of requests are reported too.',
  ),
  slackToken: setting('SLACK_TOKEN', token, undefined, 'Token of the Slack application that posts alerts.', {
    secret,
  }),
  slackChannel: setting('SLACK_CHANNEL', text, undefined, 'Slack channel that alerts are posted to.'),
  slackWebhookUrl: setting(
    'SLACK_WEBHOOK_URL',
    url,
    undefined,
    'Incoming webhook that alerts are posted to, where there is no token.',
    { secret },
  ),
  slackApiUrl: setting('SLACK_API_URL', url, 'https://slack.com/api/', 'Address of the Slack API.'),
  alertTitle: setting('MONITORING_ALERT_TITLE', text, '에러 발생', 'Title of the alert about an error.'),
  alertMinSeverity: setting(
    'MONITORING_ALERT_MIN_SEVERITY',
    enumeration(['info', 'warning', 'error', 'critical']),
    'error',
    'Least important severity that is posted.',
  ),
  alertThresholds: setting(
    'MONITORING_ALERT_THRESHOLDS',
    thresholds(['info', 'warning', 'error', 'critical']),
    {},
    'How often an error has to occur within a window before it is posted, by severity or by route, which wins: `warning=10,/health=off`.',
  ),
  alertWindow: setting(
    'MONITORING_ALERT_WINDOW',
    milliseconds,
    300_000,
    'Milliseconds in which the same error is reported once; its repeats are counted, and reported together at the end.',
  ),
  dashboardUrl: setting(
    'MONITORING_DASHBOARD_URL',
    urlTemplate(['service', 'traceId']),
    undefined,
    'Link to the dashboard in messages.',
  ),
  runbookUrl: setting(
    'MONITORING_RUNBOOK_URL',
    urlTemplate(['service', 'severity']),
    undefined,
    'Link to the runbook in messages.',
  ),
};
