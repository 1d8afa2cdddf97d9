import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { instrument } from '../../src/instrumentations/official/instrument.ts';
import { Instrumentation as DataLoader } from '../../src/instrumentations/official/libraries/dataloader.ts';
import { Instrumentation as GraphQL } from '../../src/instrumentations/official/libraries/graphql.ts';
import { fixture } from './official-app.ts';

const from = createRequire(path.join(fixture, 'package.json'));
const folderOf = (library: string): string => path.join(fixture, 'node_modules', library);
const start = (Instrumentation: new (options: never) => object) =>
  instrument(Instrumentation, { options: {}, traced: true });

const parser = () => ({ module: 'graphql', file: 'language/parser.js', folder: folderOf('graphql') });

describe('patching by an official instrumentation', () => {
  test('is taken back', () => {
    const parse = () => 'parsed';
    const exports = { parse };
    const patched = start(GraphQL)({ ...parser(), exports });
    assert.equal(patched.exports, exports);
    assert.notEqual(exports.parse, parse);
    patched.undo?.();
    assert.equal(exports.parse, parse);
  });

  test('leaves what is patched already: by us, or by the copy that the application brings', () => {
    const exports = { parse: () => 'parsed' };
    const patch = start(GraphQL);
    patch({ ...parser(), exports });
    const { parse } = exports;
    assert.equal(patch({ ...parser(), exports }).undo, undefined);
    assert.equal(exports.parse, parse);
    assert.equal(start(GraphQL)({ ...parser(), exports }).undo, undefined, 'another copy of it');
    assert.equal(exports.parse, parse);
  });

  test('keeps what somebody has put around it since', () => {
    const exports = { parse: () => 'parsed' };
    const { undo } = start(GraphQL)({ ...parser(), exports });
    const around = () => 'around';
    exports.parse = around;
    undo?.();
    assert.equal(exports.parse, around);
  });

  test('throws where something is missing, and changes nothing', () => {
    const exports = {};
    assert.throws(() => start(GraphQL)({ ...parser(), exports }), /^TypeError: parse is not a function$/);
    assert.deepEqual(Reflect.ownKeys(exports), []);
  });

  test('replaces the same exports by the same, so that what is imported and required is one', () => {
    const exports: unknown = from('dataloader');
    const patch = start(DataLoader);
    const loaded = { module: 'dataloader', folder: folderOf('dataloader'), exports };
    const { exports: first, undo } = patch(loaded);
    assert.notEqual(first, exports);
    assert.equal(patch(loaded).exports, first);
    undo?.();
  });

  test('says for which versions it is, of another', () => {
    const exports = { parse: () => 'parsed' };
    const { parse } = exports;
    // A folder with the version of a library that is not 14 to 16.
    const patched = start(GraphQL)({ ...parser(), folder: folderOf('kafkajs'), exports });
    assert.deepEqual(patched, { exports, undo: undefined, onlyFor: '>=14.0.0 <17' });
    assert.equal(exports.parse, parse);
  });
});
