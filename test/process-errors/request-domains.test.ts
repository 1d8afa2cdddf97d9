import assert from 'node:assert/strict';
import { create } from 'node:domain';
import { test } from 'node:test';
import { isInRequestDomain, markRequestDomain } from '../../src/request-domains.ts';

test('only the domain that was marked is one of a request', () => {
  markRequestDomain();
  assert.equal(isInRequestDomain(), false);
  const [ours, other] = [create(), create()];
  ours.run(() => {
    assert.equal(isInRequestDomain(), false);
    markRequestDomain();
    assert.equal(isInRequestDomain(), true);
    other.run(() => assert.equal(isInRequestDomain(), false));
  });
  assert.equal(isInRequestDomain(), false);
  ours.run(() => assert.equal(isInRequestDomain(), true));
});
