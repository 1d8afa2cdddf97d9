import { boolean, enumeration, text, token } from './parse.ts';
import { url, urlTemplate } from './parse-network.ts';
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
  readonly alertMinSeverity: Severity;
  readonly dashboardUrl: string | undefined;
}

const reserved = true;
const secret = true;

export const errors: Table<ErrorsSettings> = {
  sentryDsn: setting('SENTRY_DSN', url, undefined, 'Sentry project that errors are reported to.', {
    reserved,
    secret,
  }),
  sentryEnvironment: setting('SENTRY_ENVIRONMENT', text, undefined, 'Environment named in Sentry events.', {
    reserved,
    fallbackText: 'the value of NODE_ENV',
  }),
  sentryRelease: setting('SENTRY_RELEASE', text, undefined, 'Release named in Sentry events.', { reserved }),
  sentryTraces: setting('MONITORING_SENTRY_TRACES', boolean, false, 'Spans go to Sentry too, by OTLP.', {
    reserved,
  }),
  captureLoggedErrors: setting(
    'MONITORING_CAPTURE_LOGGED_ERRORS',
    boolean,
    true,
    'Errors that the application logs are reported too.',
    { reserved },
  ),
  slackToken: setting('SLACK_TOKEN', token, undefined, 'Token of the Slack application that posts alerts.', {
    reserved,
    secret,
  }),
  slackChannel: setting('SLACK_CHANNEL', text, undefined, 'Slack channel that alerts are posted to.', {
    reserved,
  }),
  slackWebhookUrl: setting(
    'SLACK_WEBHOOK_URL',
    url,
    undefined,
    'Incoming webhook that alerts are posted to instead.',
    { reserved, secret },
  ),
  slackApiUrl: setting('SLACK_API_URL', url, 'https://slack.com/api/', 'Address of the Slack API.', {
    reserved,
  }),
  alertMinSeverity: setting(
    'MONITORING_ALERT_MIN_SEVERITY',
    enumeration(['info', 'warning', 'error', 'critical']),
    'error',
    'Least important severity that is posted.',
    { reserved },
  ),
  dashboardUrl: setting(
    'MONITORING_DASHBOARD_URL',
    urlTemplate(['service', 'traceId']),
    undefined,
    'Link to the dashboard in messages.',
    { reserved },
  ),
};
