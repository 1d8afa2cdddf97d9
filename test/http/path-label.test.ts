import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { foldPath, pathOf } from '../../src/http/folded-path.ts';
import { createPathLabel } from '../../src/http/path-label.ts';

test('ids are folded, words stay', () => {
  const table = {
    '/': '/',
    '/users': '/users',
    '/users/': '/users/',
    '/users/42': '/users/:id',
    '/users/42/posts/7?page=3': '/users/:id/posts/:id',
    '/users/42#top': '/users/:id',
    '/v1/users': '/v1/users',
    '/api/v2/x-y_z.html': '/api/v2/x-y_z.html',
    '/o/0f8fad5b-d9cb-469f-a165-70867728950e': '/o/:id',
    '/o/507f1f77bcf86cd799439011': '/o/:id',
    '/deadbeef': '/deadbeef',
    '/deadbee1': '/:id',
    '/a/kim%40example.com': '/a/:id',
    '/a/kim@example.com': '/a/:id',
    '/order/2026-11-23': '/order/:id',
    [`/t/${'a'.repeat(41)}`]: '/t/:id',
    'http://localhost:3000/users/42?x': '/users/:id',
    'http://localhost:3000': '/',
    'http://localhost:3000?a=/b': '/',
    '*': undefined,
    '': undefined,
    '/a/b/c/d/e/f/g/h/i/j/k': undefined,
    [`/${'ab/'.repeat(200)}`]: undefined,
  };
  for (const [target, folded] of Object.entries(table)) assert.equal(foldPath(target), folded, target);
});

test('a path without its query, whatever the target', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), target => {
      const path = pathOf(target);
      assert.ok(path === undefined || (path.startsWith('/') && !/[?#]/.test(path)));
    }),
  );
});

test('a path is admitted by a 2xx or 3xx answer, within the budget', () => {
  const label = createPathLabel(2);
  assert.equal(label('/a/1', 500), 'unmatched');
  assert.equal(label('/a/1', 200), '/a/:id');
  assert.equal(label('/a/2', 500), '/a/:id');
  assert.equal(label('/a/2', 404), 'unmatched');
  assert.equal(label('/b', 302), '/b');
  assert.equal(label('/c', 200), 'other');
  assert.equal(label('/c', 401), 'unmatched');
  assert.equal(label('*', 204), 'other');
});

/** The rule of docs/metrics.md in five plain patterns, without any thought of what they cost. */
const idPatterns = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^(?=.*\d)[0-9a-f]{8,}$/i,
  /\d.*\d.*\d.*\d/,
  /[^A-Za-z0-9._~-]/,
  /^.{41,}$/,
];
const plainlyFolded = (segments: readonly string[]): string =>
  `/${segments.map(segment => (idPatterns.some(pattern => pattern.test(segment)) ? ':id' : segment)).join('/')}`;

const segment = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123abfABFgz-._~%@é'), maxLength: 45 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 6, maxLength: 42 }),
  fc.string({ unit: fc.constantFrom(...'aZ.-'), minLength: 33, maxLength: 42 }),
  fc.uuid(),
  fc.constantFrom('', 'users', 'abcdefab-cdef-abcd-efab-cdefabcdefab'),
);

test('what is folded is what the plain rule says', () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), segments => {
      assert.equal(foldPath(`/${segments.join('/')}`), plainlyFolded(segments));
    }),
    { numRuns: 5_000 },
  );
});

test('what is remembered is what folding says, however many targets there are in between', () => {
  const label = createPathLabel(Number.POSITIVE_INFINITY);
  const targets = ['/users/42?x=1', '/users', '*', `/users/42?${'x'.repeat(500)}`];
  for (let round = 0; round < 3; round++) {
    for (const target of targets) assert.equal(label(target, 200), foldPath(target) ?? 'other', target);
    for (let other = 0; other < 1_500; other++) label(`/others/${other}`, 200);
  }
});

test('what is remembered is bounded, whatever clients send', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const label = createPathLabel();
  const used = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  let sent = 0;
  const send = (count: number, length: number): void => {
    for (const end = sent + count; sent < end; sent++)
      label(Buffer.from(`/x/${sent}?${'y'.repeat(length)}`).toString(), 200);
  };
  send(10_000, 2);
  const before = used();
  send(20_000, 100);
  send(1_000, 2_000);
  const more = used() - before;
  assert.ok(more < 1_000_000, `${more} bytes more`);
});
