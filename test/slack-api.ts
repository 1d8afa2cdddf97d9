import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Payload, pingsIn, problemOf, shortenedIn } from './slack-payload.ts';

/** How one request is answered. */
export type SlackAnswer =
  /** As Slack does: takes a good message, refuses a bad one. */
  | 'ok'
  /** Never. */
  | 'hang'
  /** With 200 and the page of a proxy. */
  | 'html'
  /** With 200 and a length that is too small. */
  | 'short-length'
  /** With the headers of 200 and a part of the body; then the connection is cut. */
  | 'half'
  /** With the headers of 200 and a body without an end, as fast as it is read. */
  | 'endless'
  /** The same, a byte now and then. */
  | 'trickle'
  /** The connection is cut without an answer. */
  | 'cut'
  /** By Slack's name of it: `ok: false`, or for a webhook the status that belongs to it. `retryAfter` is in seconds. */
  | { readonly error: string; readonly retryAfter?: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface SlackMessage {
  readonly by: 'api' | 'webhook';
  /** `undefined`: that of the webhook. */
  readonly channel: string | undefined;
  readonly text: string;
  readonly payload: Payload;
  /** Who would be notified, and every other sequence that Slack reads, but links: `<!channel>`, `<@U1>`. */
  readonly pings: readonly string[];
  /** What Slack would have shortened, or shown as something else. */
  readonly shortened: readonly string[];
}

export interface SlackRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `performance.now()` when it had come. */
  readonly at: number;
}

export interface SlackApi {
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  /** For SLACK_WEBHOOK_URL. */
  readonly webhookUrl: string;
  readonly token: string;
  readonly channel: string;
  /** That were posted, in their order. */
  readonly messages: readonly SlackMessage[];
  /** All, whatever they were answered with. */
  readonly requests: readonly SlackRequest[];
  /** The next requests are answered so, one each; those behind them as `behave` says. */
  script(...answers: readonly SlackAnswer[]): void;
  /** From now on. */
  behave(answer: SlackAnswer): void;
  /** Waits for so many messages in all; rejects with what has come. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly SlackMessage[]>;
  /** Closes what is open, and listens no more. */
  stop(): Promise<void>;
}

const token = 'xoxb-2222222222-4444444444-kAbCdEfGhIjKlMnOpQrStUvW';
const webhookPath = '/services/T0000000A/B0000000B/yWXkKqqqZtLwH3sGqqqkKqqq';
const channels: Readonly<Record<string, string>> = { '#alerts': 'C0000ALERTS', C0000ALERTS: 'C0000ALERTS' };

/** Source: Slack, "Sending messages using incoming webhooks", "Handling errors". */
const webhookStatuses: Readonly<Record<string, number>> = {
  ...{ invalid_payload: 400, no_text: 400, too_many_attachments: 400, invalid_blocks: 400 },
  ...{ user_not_found: 400, invalid_token: 403, action_prohibited: 403, team_disabled: 403 },
  ...{ posting_to_general_channel_denied: 403, no_service: 404, no_service_id: 404, no_team: 404 },
  ...{ channel_not_found: 404, channel_is_archived: 410, ratelimited: 429, rollup_error: 500 },
};

/** A local Slack: `chat.postMessage` and one incoming webhook. */
export const startSlackApi = async (): Promise<SlackApi> => {
  const messages: SlackMessage[] = [];
  const requests: SlackRequest[] = [];
  const scripted: SlackAnswer[] = [];
  let behaviour: SlackAnswer = 'ok';

  const post = (by: SlackMessage['by'], payload: Payload): void => {
    const { channel, text = '' } = payload;
    messages.push({
      ...{ by, channel, text, payload },
      ...{ pings: pingsIn(payload), shortened: shortenedIn(payload) },
    });
  };
  const answerAsSlack = (request: SlackRequest, response: ServerResponse): void => {
    const by = request.path === webhookPath ? 'webhook' : 'api';
    const payload = parsed(request.body);
    const error = by === 'api' ? apiProblem(request, payload) : problemOf(payload);
    if (error !== undefined || payload === undefined) {
      refuse(by, response, { error: error ?? 'invalid_json' });
      return;
    }
    post(by, payload);
    if (by === 'webhook') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
      return;
    }
    const ts = `${Math.floor(Date.now() / 1000)}.${String(messages.length).padStart(6, '0')}`;
    const { channel = '', text, attachments } = payload;
    sendJson(response, 200, {
      ...{ ok: true, channel: channels[channel], ts },
      message: { type: 'message', subtype: 'bot_message', text, attachments, ts },
    });
  };

  const server = createServer(async (incoming: IncomingMessage, response) => {
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    const { url: path = '', headers } = incoming;
    const request = { path, headers, body, at: performance.now() };
    requests.push(request);
    const answer = scripted.shift() ?? behaviour;
    if (incoming.method !== 'POST' || (path !== '/api/chat.postMessage' && path !== webhookPath)) {
      // Slack says the same of an unknown method and of a webhook that is gone.
      if (path.startsWith('/services/')) refuse('webhook', response, { error: 'no_service' });
      else refuse('api', response, { error: 'unknown_method' });
    } else if (answer === 'ok') answerAsSlack(request, response);
    else if (typeof answer === 'string') lies[answer](response);
    else if ('error' in answer) refuse(path === webhookPath ? 'webhook' : 'api', response, answer);
    else response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...{ apiUrl: `${origin}/api/`, webhookUrl: `${origin}${webhookPath}`, token, channel: '#alerts' },
    ...{ messages, requests },
    script: (...answers) => void scripted.push(...answers),
    behave: answer => {
      behaviour = answer;
    },
    waitFor: async (count, timeoutMs = 10_000) => {
      const deadline = performance.now() + timeoutMs;
      while (messages.length < count) {
        if (performance.now() > deadline) {
          const bodies = requests.map(({ path, body }) => `${path} ${body}`.slice(0, 2_000));
          const found = `${messages.length} of ${count} messages within ${timeoutMs} ms`;
          throw new Error([`${found}; requests:`, ...bodies].join('\n'));
        }
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      return messages;
    },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
};

const parsed = (body: Buffer): Payload | undefined => {
  try {
    const payload = JSON.parse(body.toString());
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
};

/** Source: Slack, "chat.postMessage", "Errors". */
const apiProblem = ({ headers }: SlackRequest, payload: Payload | undefined): string | undefined => {
  const { authorization, 'content-type': type = '' } = headers;
  if (!type.startsWith('application/json')) return 'invalid_post_type';
  if (authorization === undefined) return 'not_authed';
  if (authorization !== `Bearer ${token}`) return 'invalid_auth';
  if (payload === undefined) return 'invalid_json';
  if (channels[payload.channel ?? ''] === undefined) return 'channel_not_found';
  return problemOf(payload);
};

const sendJson = (
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
};

const refuse = (
  by: SlackMessage['by'],
  response: ServerResponse,
  { error, retryAfter }: { readonly error: string; readonly retryAfter?: number },
): void => {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (by === 'webhook') {
    response.writeHead(webhookStatuses[error] ?? 400, { 'content-type': 'text/html', ...headers });
    response.end(error);
  } else sendJson(response, error === 'ratelimited' ? 429 : 200, { ok: false, error }, headers);
};

/** What no Slack says, but a network may. */
const lies: Readonly<Record<Exclude<SlackAnswer & string, 'ok'>, (response: ServerResponse) => void>> = {
  hang: () => {},
  cut: response => response.destroy(),
  html: response => {
    const page = '<!doctype html><title>Sign in</title><p>This network needs you to sign in.';
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  },
  'short-length': ({ socket }) => {
    const body = '{"ok":true,"channel":"C0000ALERTS","ts":"1.2"}';
    socket?.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n${body}`);
  },
  half: response => {
    response.writeHead(200, { 'content-length': '60', 'content-type': 'application/json' });
    response.write('{"ok":true,"chann', () => response.destroy());
  },
  endless: response => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  },
  trickle: response => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
};
