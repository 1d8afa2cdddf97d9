import assert from 'node:assert/strict';
import { test } from 'node:test';
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
