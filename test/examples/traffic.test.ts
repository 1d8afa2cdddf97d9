import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { load, type Program, startApplication, startProgram } from './ykmake.ts';

export interface Entry {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}
interface Visit {
  readonly request: { readonly method: string; readonly route: string; readonly path: string };
}
interface Visits {
  createVisits(): { weight: number; visit: () => Visit }[];
  chooseVisit(visits: { weight: number; visit: () => unknown }[], random?: number): unknown;
}

const { createVisits, chooseVisit } = await load<Visits>('traffic/visits.js');

/** Passes every request on to the application and counts what it answered, by method, path and status. */
const startWitness = async (
  target: string,
): Promise<{ url: string; seen: Map<string, number>; server: Server }> => {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const onward = forward(new URL(url, target), { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : 499;
      const key = `${method} ${status}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (!response.writableFinished) onward.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the witness has no port');
  return { url: `http://127.0.0.1:${address.port}`, seen, server };
};

const startTraffic = (url: string, rate: string): Program =>
  startProgram(['examples/ykmake/traffic.js', url, '--rate', rate], {});

const ledgerOf = async (traffic: Program, message: string): Promise<Entry[]> => {
  const answer = once(traffic.child, 'message');
  traffic.child.send(message);
  const [{ ledger }] = (await answer) as [{ ledger: Entry[] }];
  return ledger;
};

const byMethodAndStatus = (ledger: Entry[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { method, status, count } of ledger) {
    counts.set(`${method} ${status}`, (counts.get(`${method} ${status}`) ?? 0) + count);
  }
  return counts;
};

const sorted = (counts: Map<string, number>): [string, number][] => [...counts].sort();

test('the ledger is what the application answered', async t => {
  const application = await startApplication();
  t.after(() => application.stop());
  const witness = await startWitness(application.url);
  t.after(() => witness.server.close());
  const traffic = startTraffic(witness.url, '100');
  t.after(() => traffic.stop());

  let ledger: Entry[] = [];
  const statuses = (): Set<string> => new Set(ledger.map(({ status }) => status));
  while (['200', '201', '204', '400', '404', '409', '499', '500'].some(status => !statuses().has(status))) {
    await pause(200);
    ledger = await ledgerOf(traffic, 'ledger');
  }
  ledger = await ledgerOf(traffic, 'stop');
  assert.equal(await traffic.ended, 0);

  assert.deepEqual(sorted(byMethodAndStatus(ledger)), sorted(witness.seen));
  assert.deepEqual(
    ledger.filter(({ route, status }) => (status === '500') !== (route === '/api/reports/broken')),
    [],
    'only the broken route fails',
  );
  assert.deepEqual(statuses().has('failed'), false);
});

test('it ends with its parent, and by SIGINT and SIGTERM, when the requests under way are answered', async t => {
  const server = createServer((_request, response) => void setTimeout(() => response.end('{}'), 100)).listen(
    0,
  );
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const ways: ((traffic: Program) => unknown)[] = [
    traffic => traffic.child.disconnect(),
    traffic => traffic.child.kill('SIGINT'),
    traffic => traffic.child.kill('SIGTERM'),
  ];
  for (const way of ways) {
    const traffic = startTraffic(url, '50');
    await once(server, 'request');
    way(traffic);
    assert.equal(await traffic.ended, 0);
    assert.deepEqual(traffic.stderr, []);
  }
});

test('an application that is not there is no reason to fail', async () => {
  const traffic = startTraffic('http://127.0.0.1:1', '50');
  let ledger: Entry[] = [];
  while (ledger.length === 0) {
    await pause(100);
    ledger = await ledgerOf(traffic, 'ledger');
  }
  assert.deepEqual(new Set(ledger.map(({ status }) => status)), new Set(['failed']));
  await traffic.stop();
  assert.deepEqual(traffic.stderr, []);
});

test('wrong arguments are answered with the usage', async () => {
  for (const args of [
    [],
    ['here'],
    ['http://127.0.0.1:1', '--rate', 'fast'],
    ['http://127.0.0.1:1', '--speed', '1'],
  ]) {
    const traffic = startProgram(['examples/ykmake/traffic.js', ...args], {});
    assert.equal(await traffic.ended, 1);
    assert.deepEqual(traffic.stderr.length, 1);
    assert.match(traffic.stderr[0] ?? '', /^Usage: node traffic\.js/);
  }
});

test('every visit fills the parameters of its route', () => {
  for (const { visit } of createVisits()) {
    const { route, path } = visit().request;
    assert.doesNotMatch(path, /:|undefined/);
    const template = route.replace(/:\w+/g, '[^/]+');
    if (route !== 'unmatched') assert.match(path, new RegExp(`^${template}$`));
  }
});

test('visits are chosen by weight', () => {
  const visits = [
    { weight: 1, visit: () => 'rare' },
    { weight: 3, visit: () => 'frequent' },
  ];
  assert.deepEqual(
    [0, 0.2499, 0.25, 0.9999].map(random => chooseVisit(visits, random)),
    ['rare', 'rare', 'frequent', 'frequent'],
  );
});
