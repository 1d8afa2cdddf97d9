import type { HttpAnswer } from '../../transport/http-answer.ts';
import type { Attempt } from '../channel/attempt.ts';

/** By `chat.postMessage`, or by an incoming webhook. */
export type SlackWay = 'api' | 'webhook';

/** What there is to do about an error that Slack names, where the name does not say it. */
const hints: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_auth: 'the token is not valid',
    not_authed: 'the token did not arrive',
    account_inactive: 'the token is of a user or a workspace that is gone',
    not_allowed_token_type: 'it takes the token of a bot, xoxb-…',
    missing_scope: 'the token needs the scope chat:write',
    no_permission: 'the token needs the scope chat:write',
    channel_not_found: 'there is no such channel, or it is private and the application is not in it',
    not_in_channel: 'the application is not in the channel: /invite it there',
    invalid_token: 'the webhook is gone',
    no_service: 'the webhook is gone',
    no_service_id: 'the webhook is gone',
    no_active_hooks: 'the webhook is disabled',
    no_team: 'the workspace is gone',
  }),
);

/** After these nothing else is taken either: they are about the token, the channel, the webhook or the address. */
const closing: ReadonlySet<string> = new Set([
  ...hints.keys(),
  ...['token_revoked', 'token_expired', 'access_denied', 'accesslimited', 'team_access_not_granted'],
  ...['two_factor_setup_required', 'enterprise_is_restricted', 'ekm_access_denied', 'org_login_required'],
  ...['is_archived', 'channel_is_archived', 'channel_type_not_supported', 'messages_tab_disabled'],
  ...['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel'],
  ...['team_disabled', 'user_not_found', 'action_prohibited', 'posting_to_general_channel_denied'],
  ...['unknown_method', 'method_deprecated', 'deprecated_endpoint'],
]);

/** Those after which the same message may be taken. */
const passing: ReadonlySet<string> = new Set([
  ...['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable'],
  ...['request_timeout', 'team_added_to_org', 'message_limit_exceeded', 'rollup_error'],
]);

/** Statuses that say the same whatever is sent. */
const closingStatuses: ReadonlySet<number> = new Set([401, 403, 404, 405, 410]);

/**
 * What an answer says of the message that was posted. Error texts hold nothing of what was sent, and of what came
 * only Slack's own name of the error.
 * Source: Slack, "chat.postMessage", "Errors"; "Sending messages using incoming webhooks", "Handling errors"; "Rate limits".
 */
export const attemptOf = (
  way: SlackWay,
  answer: Pick<HttpAnswer, 'status' | 'headers' | 'body'>,
): Attempt => {
  const { status, headers } = answer;
  const { isTaken, name } = readBody(way, Buffer.from(answer.body).toString());
  const isOk = status >= 200 && status < 300;
  if (isOk && isTaken) return { kind: 'sent' };
  const error = name === '' ? ofStatus(status) : named(name);
  if (closing.has(name)) return { kind: 'closed', error };
  if (status === 429 || passing.has(name))
    return { kind: 'later', error, ...waitIn(headers.get('retry-after')) };
  if (status >= 500 || status === 408) return { kind: 'later', error };
  if (closingStatuses.has(status)) return { kind: 'closed', error };
  if (name !== '') return { kind: 'refused', error };
  // A network may answer in its place, and stop to.
  if (isOk) return { kind: 'later', error: new Error('it answers what Slack does not') };
  return { kind: status < 400 ? 'later' : 'refused', error };
};

interface Body {
  readonly isTaken: boolean;
  /** Slack's name of the error; empty: it holds none. */
  readonly name: string;
}

const readBody = (way: SlackWay, body: string): Body => {
  const text = body.trim();
  // With 2xx a webhook has taken it, whatever it says (others than Slack have such webhooks, too); a page is no answer.
  if (way === 'webhook' && !text.startsWith('{')) return { isTaken: /^[^<]/.test(text), name: nameIn(text) };
  try {
    const { ok, error } = JSON.parse(text);
    return { isTaken: way === 'webhook' ? ok !== false : ok === true, name: nameIn(error) };
  } catch {
    return { isTaken: false, name: '' };
  }
};

/** Only what looks like one of Slack's names: another may hold what was sent. */
const nameIn = (error: unknown): string =>
  typeof error === 'string' && /^[a-z]{2,}(?:_[a-z]{2,}){0,6}$/.test(error) ? error : '';

const named = (name: string): Error => {
  const hint = hints.get(name);
  return new Error(hint === undefined ? `it answers ${name}` : `it answers ${name}: ${hint}`);
};

const ofStatus = (status: number): Error => new Error(`it answers with status ${status}`);

/** Seconds. */
const waitIn = (header: string | undefined): { readonly waitMs?: number } =>
  header !== undefined && /^\d{1,9}$/.test(header) ? { waitMs: Number(header) * 1_000 } : {};
