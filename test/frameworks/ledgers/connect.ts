import type { Ledger } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

export const ledger: Ledger = {
  name: 'Connect 3',
  adapter: 'connect',
  from: 'test/fixtures/connect-3',
  observedBy: 'a layer of ours between its middleware',
  routing: 'connect.mjs',
  rows: [
    folded('nested', 'GET /api/reports/2026', '/api/reports/:id', 200),
    folded('mounted', 'GET /files/a.txt', '/files/a.txt', 200),
    row('guard', 'GET /closed/7', 'unmatched', 401),
    folded('static files', 'GET /assets/logo.svg', '/assets/logo.svg', 200),
    row('404', 'GET /nowhere/42', 'unmatched', 404),
    row('404 inside a mount', 'GET /api/reports/none', 'unmatched', 404),
    row('404 inside a mount', 'GET /assets/nothing.svg', 'unmatched', 404),
  ],
  without: {
    prefixed: 'Connect has no routes.',
    'parameter in a mount': 'Mount paths of Connect are fixed.',
    wildcard: 'Connect has no routes.',
    array: 'Connect has no routes.',
    'regular expression': 'Connect has no routes.',
    'method mismatch': 'Connect does not look at methods.',
    'automatic OPTIONS': 'Connect does not look at methods.',
    'automatic HEAD': 'Connect does not look at methods.',
  },
  failing: 'connect.mjs',
  outcomes: usualOutcomes,
  // It has errors, but no routes.
  failingRoute: () => undefined,
  limits: [
    'Connect has no routes: its requests are counted by their folded paths.',
    'A router of another framework in a Connect application is counted without the path that Connect has mounted it at.',
    'What an async middleware of Connect rejects nobody handles, so that Node.js ends the process: Connect does not look at promises.',
  ],
};
