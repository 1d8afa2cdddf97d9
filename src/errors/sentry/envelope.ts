import type { Event } from '@sentry/core';

/** Bytes of an event at most. Sentry takes 1 MB, of which nobody reads more than a part. */
const largest = 200_000;

/** What goes first from an event that is too large: what is the least about the error itself. */
const leaner: readonly ((event: Event) => Event)[] = [
  ({ breadcrumbs, ...event }) => ({
    ...event,
    ...(breadcrumbs !== undefined && { breadcrumbs: breadcrumbs.map(({ data: _, ...rest }) => rest) }),
  }),
  event => ({ ...event, extra: { omitted: 'the event is too large' } }),
  ({ breadcrumbs: _, ...event }) => event,
  // The one that was caught stands last.
  event => ({ ...event, exception: { values: event.exception?.values?.slice(-3) ?? [] } }),
];

/**
 * An event of bounded size as the body of a request. Source: Sentry's developer documentation, "Envelopes".
 *
 * @param now milliseconds since 1970, by which Sentry knows how wrong our clock is
 */
export const envelopeOf = (event: Event, now: number): Buffer => {
  let payload = Buffer.from(JSON.stringify(event));
  let lean = event;
  for (const step of leaner) {
    if (payload.length <= largest) break;
    lean = step(lean);
    payload = Buffer.from(JSON.stringify(lean));
  }
  const header = { event_id: event.event_id, sent_at: new Date(now).toISOString() };
  const item = { type: 'event', length: payload.length };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n${JSON.stringify(item)}\n`),
    payload,
    Buffer.from('\n'),
  ]);
};
