import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { patch } from '../../src/http/frameworks/h3.ts';
import { root } from '../child.ts';

const onFailure = (hook: string, error: unknown): void => assert.fail(`${hook}: ${error}`);
const loaded = { module: 'h3', folder: '', onFailure };
const required = (version: number): Record<string, unknown> =>
  createRequire(path.join(root, `test/fixtures/h3-${version}/package.json`))('h3');

test('an h3 that is not as expected is left alone, and told', () => {
  assert.throws(() => patch({ ...loaded, file: 'dist/index.cjs', exports: {} }), /makes no applications/);
  const H3 = class extends Object {};
  assert.throws(() => patch({ ...loaded, exports: { H3 } }), /finds its routes elsewhere/);
  assert.equal(patch({ ...loaded, exports: {} }), undefined, 'the main file of version 1 is another patch’s');
});

test('h3 1, required: it is patched once, with names and lengths as they were, and taken back', () => {
  const { createApp, createRouter, useBase } = required(1);
  const view = { createApp, createRouter, useBase };
  const undo = patch({ ...loaded, file: 'dist/index.cjs', exports: view });
  assert.notEqual(view.createApp, createApp);
  assert.equal((view.createApp as () => void).name, 'createApp');
  const again = { ...view };
  patch({ ...loaded, file: 'dist/index.cjs', exports: again });
  assert.equal(again.createApp, view.createApp);
  undo?.();
  assert.deepEqual({ ...view }, { createApp, createRouter, useBase });
});

test('h3 2, required: it is patched once, and taken back', () => {
  const exports = required(2);
  const { prototype } = exports.H3 as { readonly prototype: Record<string, unknown> };
  const before = prototype['~findRoute'];
  const undo = patch({ ...loaded, exports });
  const patched = prototype['~findRoute'];
  assert.notEqual(patched, before);
  patch({ ...loaded, exports });
  assert.equal(prototype['~findRoute'], patched);
  undo?.();
  assert.equal(prototype['~findRoute'], before);
});
