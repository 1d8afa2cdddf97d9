import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ActiveUsers, createActiveUsers } from '../../src/metrics/active-users/active-users.ts';
import { countHashes } from '../../src/metrics/active-users/sketch.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';

const newActiveUsers = () => {
  const clock = { now: 0 };
  const invalid: string[] = [];
  const users = createActiveUsers({ now: () => clock.now, onInvalid: reason => void invalid.push(reason) });
  return { clock, invalid, users };
};

const pageOf = (users: ActiveUsers): string => [...expose([users.family()], textFormat)].join('');
const pageWith = (value: number): string =>
  `# HELP active_users Number of active users\n# TYPE active_users gauge\nactive_users ${value}\n`;

/** What JavaScript applications pass although the types forbid it. */
const any = (value: unknown): never => value as never;

test('it is on the page from the first user on, and then 0 is a 0', () => {
  const { clock, users } = newActiveUsers();
  assert.equal(pageOf(users), '');
  users.seen(any(undefined));
  users.set(any('5'));
  users.set(undefined);
  assert.equal(pageOf(users), '');
  for (const id of ['ada', 'grace', 'ada', 1, 1n, '1']) users.seen(id);
  assert.equal(pageOf(users), pageWith(3));
  clock.now += 3_600_000;
  assert.equal(pageOf(users), pageWith(0));
});

test('what is set wins over what is seen until it is taken back', () => {
  const { users } = newActiveUsers();
  users.set(7);
  assert.equal(pageOf(users), pageWith(7));
  users.seen('ada');
  assert.equal(pageOf(users), pageWith(7));
  users.set(0);
  assert.equal(pageOf(users), pageWith(0));
  users.set(undefined);
  assert.equal(pageOf(users), pageWith(1), 'who was seen meanwhile');
});

test('a number that was set and taken back leaves no series when nobody was seen', () => {
  const { users } = newActiveUsers();
  users.set(7);
  users.set(undefined);
  assert.equal(pageOf(users), '');
});

test('what is no id and what is no count is counted, changes nothing and throws nothing', () => {
  const { invalid, users } = newActiveUsers();
  users.seen('ada');
  const noIds = [undefined, null, '', Number.NaN, true, {}, [], Symbol('x'), () => 1, 2n ** 2000n];
  for (const id of noIds) users.seen(any(id));
  assert.deepEqual(
    invalid.splice(0),
    noIds.map(() => 'invalid_user_id'),
  );
  const noCounts = [null, '7', -1, Number.NaN, Number.POSITIVE_INFINITY, 7n, {}, true];
  for (const count of noCounts) users.set(any(count));
  assert.deepEqual(
    invalid,
    noCounts.map(() => 'invalid_user_count'),
  );
  assert.equal(pageOf(users), pageWith(1));
});

test('the sketch of the window is that of the users seen, whatever is set', () => {
  const { users } = newActiveUsers();
  users.seen('ada');
  users.set(100);
  assert.equal(countHashes(users.sketch()), 1);
});

test('a million users in five minutes take less than 2 MB, and their number is within 2 %', t => {
  const { clock, users } = newActiveUsers();
  const bytes = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().arrayBuffers;
  };
  const before = bytes();
  const perPeriod = 50_000;
  for (let user = 0; user < 20 * perPeriod; user++) {
    if (user % perPeriod === 0 && user > 0) clock.now += 15_000;
    users.seen(user);
  }
  const used = bytes() - before;
  t.diagnostic(`${used} bytes`);
  assert.ok(used < 2_000_000, `${used} bytes`);
  const [series] = users.family().series;
  assert.ok(Math.abs((series?.value as number) / 1_000_000 - 1) < 0.02);
});
