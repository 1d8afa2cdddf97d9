import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { metric } from '../page.ts';
import type { Case } from './ledger.ts';
import type { Client } from './matrix-application.ts';

/** `SELECT users`: so many, and `SELECT users failed`: so many. */
const countsOn = (page: string): ReadonlyMap<string, number> => {
  const named = (labels: string): string => {
    const [, operation, table] = /operation="(.*?)",table="(.*?)"/.exec(labels) ?? [];
    return `${operation} ${table}`;
  };
  const counts = new Map<string, number>();
  const errors = Object.entries(metric(page, 'db_query_errors_total'));
  const failed = new Map(errors.map(([labels, count]) => [named(labels), count]));
  for (const [labels, count] of Object.entries(metric(page, 'db_query_duration_seconds_count'))) {
    const name = named(labels);
    counts.set(name, count - (failed.get(name) ?? 0));
    counts.set(`${name} failed`, failed.get(name) ?? 0);
  }
  return counts;
};

/** What has been counted since, each as often as it was. */
const newOn = (page: string, before: ReadonlyMap<string, number>): readonly string[] =>
  [...countsOn(page)].flatMap(([name, count]) =>
    Array.from({ length: Math.max(0, count - (before.get(name) ?? 0)) }, () => name),
  );

export const sorted = (calls: readonly string[]): readonly string[] => [...calls].sort();

export interface Outcome {
  readonly kind: string;
  readonly expected: readonly string[];
  readonly counted: readonly string[];
  readonly answer: unknown;
}

/** Runs the cases one after another, and says what each has answered and what was counted meanwhile. */
export const outcomes = async (client: Client, cases: readonly Case[]): Promise<readonly Outcome[]> => {
  const all: Outcome[] = [];
  for (const [index, { kind, calls }] of cases.entries()) {
    const before = countsOn(await client.page());
    const answer = await client.ask(`/case?${index}`);
    const counted = newOn(await client.page(), before);
    all.push({ kind, expected: sorted(calls), counted: sorted(counted), answer });
  }
  return all;
};

/** Holds that the server was sent as many statements as were counted, by its own log. */
export const assertServed = async (
  served: () => readonly string[] | undefined,
  before: number,
  all: readonly Outcome[],
): Promise<void> => {
  const counted = all.flatMap(outcome => outcome.counted);
  const now = (): readonly string[] => served()?.slice(before) ?? [];
  for (let wait = 0; wait < 20 && now().length < counted.length; wait += 1) await delay(50);
  await delay(50);
  assert.equal(now().length, counted.length, `counted: ${counted.join(', ')}\nserved: ${now().join('\n')}`);
};

export const assertCounted = (all: readonly Outcome[]): void => {
  assert.deepEqual(
    all.map(({ kind, counted }) => ({ kind, calls: counted })),
    all.map(({ kind, expected }) => ({ kind, calls: expected })),
  );
};
