import type { Alert } from '../alert.ts';
import { repeatsText } from '../repeats.ts';
import type { AlertSeverity } from '../severity.ts';
import { escaped } from './escape.ts';
import { detailFields, linkFields, type SlackField } from './fields.ts';
import type { LinkTemplates } from './links.ts';

/**
 * A message for chat.postMessage or an incoming webhook.
 * Source: Slack, "chat.postMessage" and "Reference: Secondary message attachments".
 */
export interface SlackMessage {
  /** Above the attachment, in notifications, and for screen readers. */
  readonly text: string;
  readonly attachments: readonly [SlackAttachment];
  /** The text is shown as it is. */
  readonly mrkdwn: false;
  /** Slack is not to ask for what is linked. */
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

interface SlackAttachment {
  readonly color: string;
  readonly title: string;
  readonly text: string;
  readonly fields: readonly SlackField[];
  readonly footer: string;
  /** Seconds since 1970. */
  readonly ts: number;
  /** What of it is formatted: everything else is shown as it is. */
  readonly mrkdwn_in: readonly ['fields'];
}

export interface MessageOptions extends LinkTemplates {
  readonly service: string;
  readonly environment: string | undefined;
}

const colours: Readonly<Record<AlertSeverity, string>> = {
  info: '#36a64f',
  warning: '#ffd700',
  error: '#ff4500',
  critical: '#ff0000',
};

/**
 * Characters, escaped. Slack splits a text from 4,000 on and cuts it from 40,000 ("Truncating really long messages"),
 * cuts a footer from 300 ("Reference: Secondary message attachments") and, as others have measured, an attachment's
 * text from 8,000. Ours are less: it is people who read.
 */
const limits = { title: 200, line: 200, from: 80, message: 3_000, footer: 300 };

/** An alert as Slack takes it: escaped and within its limits, whatever is in it. */
export const slackMessage = (alert: Alert, options: MessageOptions): SlackMessage => {
  const { severity, title, message, repeats, details, time } = alert;
  const { service, environment = '' } = options;
  const from = `${service} ${environment}`.trim();
  const titled = `${escaped(oneLine(title), limits.title)}${repeats ? ` ${repeatsText(repeats)}` : ''}`;
  const line = escaped(oneLine(message.trimStart().split('\n', 1)[0]), limits.line);
  return {
    text: `${severity.toUpperCase()} ${titled}${line === '' ? '' : `: ${line}`} (${escaped(from, limits.from)})`,
    attachments: [
      {
        color: colours[severity],
        title: titled,
        text: escaped(message, limits.message),
        fields: [...linkFields(alert, service, options), ...detailFields(details)],
        footer: escaped(from, limits.footer),
        ts: Math.floor(time / 1_000),
        mrkdwn_in: ['fields'],
      },
    ],
    ...{ mrkdwn: false, unfurl_links: false, unfurl_media: false },
  };
};

const oneLine = (text = ''): string => text.trim().replace(/\s+/g, ' ');
