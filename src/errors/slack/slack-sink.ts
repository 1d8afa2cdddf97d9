import { createHttpPost, type HttpPost, type HttpTarget } from '../../transport/http-post.ts';
import type { Alert } from '../alert.ts';
import { createChannel } from '../channel/channel.ts';
import type { Clock } from '../clock.ts';
import type { Sink, SinkEvents } from '../sink.ts';
import { attemptOf, type SlackWay } from './answer.ts';
import { type MessageOptions, slackMessage } from './message.ts';

export interface SlackSinkOptions extends SinkEvents, MessageOptions {
  /** Of an application with the scope chat:write; only with a channel. */
  readonly token: string | undefined;
  /** Its id or its name. */
  readonly channel: string | undefined;
  /** Incoming webhook, where there is no token and channel. */
  readonly webhookUrl: string | undefined;
  /** Of the Slack API, as https://slack.com/api/. */
  readonly apiUrl: string;
}

/** Milliseconds. */
const timeout = 3_000;
/** Messages that go out at once. */
const burst = 5;

/**
 * Posts alerts to one Slack channel, one at a time; `undefined`: no Slack is set up. Slack takes one message a second in
 * a channel ("Rate limits"), of all processes together; people read far fewer.
 */
export const createSlackSink = (options: SlackSinkOptions, clock?: Clock): Sink<Alert> | undefined => {
  const way = wayOf(options);
  if (way === undefined) return undefined;
  const { kind, target, channel } = way;
  const { onOutcome, onFailing, onRecovered } = options;
  const bodyOf = (alert: Alert): Uint8Array =>
    Buffer.from(
      JSON.stringify({ ...(channel !== undefined && { channel }), ...slackMessage(alert, options) }),
    );
  // What Node.js throws about an address holds all of it.
  const isAddress = URL.canParse(target.url);
  let post: HttpPost | undefined;

  const sink = createChannel<Alert>(
    {
      ...{ onOutcome, onFailing, onRecovered },
      attempt: async alert => {
        if (!isAddress) return { kind: 'closed', error: new Error('its address is not a URL') };
        post ??= createHttpPost(target);
        return attemptOf(kind, await post(bodyOf(alert)));
      },
      exitRequest: alert => (isAddress ? { target, body: bodyOf(alert) } : undefined),
      ...{ capacity: 50, burst, refillMs: 10_000, attempts: 3, closedMs: 600_000 },
    },
    clock,
  );
  // Slack would turn away most of fifty at once; the newest say why the process ends.
  return { ...sink, takeAtExit: () => sink.takeAtExit().slice(-burst) };
};

interface Way {
  readonly kind: SlackWay;
  readonly target: HttpTarget;
  /** `undefined`: that of the webhook. */
  readonly channel: string | undefined;
}

const wayOf = ({ token, channel, webhookUrl, apiUrl }: SlackSinkOptions): Way | undefined => {
  const target = (url: string, headers: HttpTarget['headers']): HttpTarget => ({
    ...{ url, headers, timeout, compression: 'none', contentType: 'application/json; charset=utf-8' },
  });
  if (token !== undefined && channel !== undefined) {
    const url = `${apiUrl.replace(/\/$/, '')}/chat.postMessage`;
    return { kind: 'api', target: target(url, { authorization: `Bearer ${token}` }), channel };
  }
  if (webhookUrl === undefined) return undefined;
  return { kind: 'webhook', target: target(webhookUrl, {}), channel: undefined };
};
