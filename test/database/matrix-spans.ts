import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { OtlpReceiver, ReceivedSpan } from '../otlp-receiver.ts';
import type { Case } from './ledger.ts';
import type { Client } from './matrix-application.ts';
import { type Outcome, sorted } from './matrix-outcomes.ts';

const serverSpan = 2;
const clientSpan = 3;
const failedSpan = 2;
/** In every statement that has a literal: none of them may leave the process. */
const planted = 'hunter2';

const isCall = ({ kind, attributes }: ReceivedSpan): boolean =>
  kind === clientSpan && 'db.system.name' in attributes;

/** The span as cases say it. */
const told = ({ attributes, status }: ReceivedSpan): string =>
  [
    attributes['db.operation.name'] ?? 'none',
    attributes['db.collection.name'] ?? 'none',
    ...(status === failedSpan ? ['failed'] : []),
  ].join(' ');

/** Holds that what was counted are spans since `before`, each below the request that asked for it, without a literal. */
export const assertSpans = async (
  receiver: OtlpReceiver,
  before: number,
  outcome: readonly Outcome[],
  system: string,
): Promise<void> => {
  const wanted = outcome.flatMap(({ expected }) => expected);
  const spans = (): readonly ReceivedSpan[] => receiver.spans.slice(before).filter(isCall);
  await receiver.waitFor(() => spans().length >= wanted.length).catch(() => undefined);
  await delay(200);
  // Each is in the trace of the request that has asked for it, not of another one of the same connection.
  const requests = new Map(
    receiver.spans
      .filter(({ kind }) => kind === serverSpan)
      .map(({ traceId, attributes }) => [traceId, Number(attributes['url.query'])]),
  );
  assert.deepEqual(
    outcome.map(({ kind }, index) => ({
      kind,
      spans: sorted(spans().flatMap(span => (requests.get(span.traceId) === index ? told(span) : []))),
    })),
    outcome.map(({ kind, expected }) => ({ kind, spans: expected })),
  );
  assert.equal(spans().length, wanted.length);
  for (const span of spans()) {
    assert.equal(span.attributes['db.system.name'], system);
    assert.ok(span.parentSpanId, `${span.name} has no parent`);
    assert.ok(!JSON.stringify(span).includes(planted), JSON.stringify(span));
  }
};

/** Holds that requests that share a connection at the same time get their own spans each. */
export const assertApart = async (
  client: Client,
  cases: readonly Case[],
  receiver: OtlpReceiver,
): Promise<void> => {
  for (const [index, { kind, calls, together }] of cases.entries()) {
    if (!together) continue;
    const before = receiver.spans.length;
    const requests = [0, 1, 2];
    await Promise.all(requests.map(() => client.ask(`/case?${index}`)));
    const since = (): readonly ReceivedSpan[] => receiver.spans.slice(before);
    const roots = (): readonly ReceivedSpan[] =>
      since().filter(span => span.kind === serverSpan && Number(span.attributes['url.query']) === index);
    const count = requests.length * (calls.length + 1);
    await receiver.waitFor(() => roots().length === 3 && since().length >= count).catch(() => undefined);
    assert.deepEqual(
      roots().map(({ traceId }) =>
        sorted(since().flatMap(span => (isCall(span) && span.traceId === traceId ? told(span) : []))),
      ),
      requests.map(() => sorted(calls)),
      `${kind}, three requests at once`,
    );
  }
};
