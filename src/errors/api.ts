import type { AlertSeverity } from './severity.ts';

/** What an application may say in code instead of by the variables of the same meaning; it wins over them. */
export interface ErrorMonitoringOptions {
  /** `SENTRY_DSN` */
  readonly sentryDsn?: string | undefined;
  /** `SENTRY_ENVIRONMENT` */
  readonly sentryEnvironment?: string | undefined;
  /** `SENTRY_RELEASE` */
  readonly sentryRelease?: string | undefined;
  /** `SLACK_TOKEN` */
  readonly slackToken?: string | undefined;
  /** `SLACK_CHANNEL` */
  readonly slackChannel?: string | undefined;
  /** `SLACK_WEBHOOK_URL` */
  readonly slackWebhookUrl?: string | undefined;
  /** `MONITORING_ALERT_TITLE` */
  readonly alertTitle?: string | undefined;
}

/** What an application can do about errors. Nothing of it throws or rejects. */
export interface ErrorsApi {
  readonly captureError: (error: unknown, context?: unknown) => Promise<string | undefined>;
  readonly sendAlert: (
    severity: AlertSeverity,
    title: string,
    message: string,
    details?: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
  readonly configure: (options: ErrorMonitoringOptions) => void;
}
