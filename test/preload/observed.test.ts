import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksInVain, named, observed } from '../../src/observed.ts';
import { databases } from '../../src/settings/instrumentation-names.ts';
import { readSettings } from '../../src/settings/read.ts';

const given = (enabled: string, disabled = '') =>
  readSettings({
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: enabled,
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: disabled,
  }).settings;

test('what is on stays short, however much is supported', () => {
  assert.deepEqual(observed(given(''), false), ['http', 'undici', 'databases']);
  assert.deepEqual(observed(given(''), true), ['http', 'undici', 'databases', '9 other libraries']);
});

test('what is asked for is named', () => {
  const noRoutes = 'http (without routes of frameworks)';
  assert.deepEqual(observed(given('http'), true), [noRoutes]);
  assert.deepEqual(observed(given(['http,graphql,fs', ...databases].join()), true), [
    noRoutes,
    'databases',
    'graphql',
    'fs',
  ]);
  assert.deepEqual(observed(given('http,pg,redis'), true), [noRoutes, 'databases (pg, redis)']);
  assert.deepEqual(observed(given('http,express,koa'), true), ['http (with routes of express, koa)']);
  // Without traces they make no spans, and those that measure do so when they are there.
  assert.deepEqual(observed(given('graphql,openai'), false), []);
});

test('what is off is not on', () => {
  const settings = given('', [...databases, 'undici,dataloader'].join());
  assert.deepEqual(observed(settings, true), ['http', '8 other libraries']);
  assert.deepEqual(named(settings.disabledInstrumentations, 'X'), [
    `undici, ${databases.join(', ')}, dataloader (X)`,
  ]);
  assert.deepEqual(named([], 'X'), []);
});

test('what is asked for in vain is what this version does not have', () => {
  assert.deepEqual(asksInVain(given('')), []);
  assert.deepEqual(asksInVain(given('oracledb,http,redis,knex')), ['knex', 'oracledb']);
});
