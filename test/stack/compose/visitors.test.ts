import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { root } from '../../child.ts';
import { load } from '../../examples/ykmake.ts';
import { alerts } from '../prometheus/rules.ts';

interface Visits {
  createVisits(): readonly {
    readonly weight: number;
    visit(): {
      readonly request: { readonly method: string; readonly route: string; readonly abortAfter?: number };
    };
  }[];
}

const { createVisits } = await load<Visits>('traffic/visits.js');
const visits = createVisits().map(({ weight, visit }) => ({ weight, ...visit().request }));

/** How many of the visitors ask for a route and wait for the answer; of all without one. */
const weightOf = (wanted?: string): number =>
  visits
    .filter(({ route, abortAfter }) => abortAfter === undefined && (wanted ?? route) === route)
    .reduce((sum, { weight }) => sum + weight, 0);
const everybody = visits.reduce((sum, { weight }) => sum + weight, 0);
/** What the objectives count: neither scanners nor those who did not wait. */
const counted = weightOf() - weightOf('unmatched');

const page = readFileSync(path.join(root, 'docs/stack.md'), 'utf8');
const [, section = ''] = /## What fires by itself\n(.*?)\n## /s.exec(page) ?? [];

suite('what docs/stack.md says that the visitors make fire', () => {
  test('are alerts that there are', () => {
    const named = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    assert.ok(named.length > 5, section);
    const known = new Set(alerts.map(({ alert }) => alert));
    assert.deepEqual(
      named.filter(name => !known.has(name ?? '')),
      [],
    );
  });

  test('errors: more than six times the budget, less than 14.4 times; more than 0.1/s from 15 visits/s on', () => {
    const broken = weightOf('/api/reports/broken');
    const ratio = broken / counted;
    assert.ok(ratio > 6 * 0.001 && ratio < 14.4 * 0.001, String(ratio));
    assert.ok(section.includes(`${(100 * ratio).toFixed(1)} % of all requests`), String(ratio));
    const perVisit = broken / everybody;
    assert.ok(10 * perVisit < 0.1 && 15 * perVisit > 0.1, String(perVisit));
    assert.ok(section.includes(`at ${(10 * perVisit).toFixed(2)} requests/s`), String(perVisit));
  });

  test('slow ones: the last of the four windows, and no other', () => {
    // Half a second is passed by seven ninths of what takes 0.3 to 1.2 seconds.
    const ratio = (weightOf('/api/reports/slow') * 7) / 9 / counted;
    assert.ok(ratio > 0.01 && ratio < 3 * 0.01, String(ratio));
  });
});
