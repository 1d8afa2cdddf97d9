import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, operationOf, waitsFor } from '../../src/database/redis-commands.ts';

test('a command is a label, what is none is not', () => {
  for (const name of ['get', 'HSET', 'FT.SEARCH', 'json.get', 'cluster'])
    assert.equal(operationOf(name), name);
  for (const name of ['', 'two words', 'käse', '1st', 'a'.repeat(41), 42, undefined, Buffer.from('get')])
    assert.equal(operationOf(name), 'other');
});

test('the code of an error is the word that it begins with', () => {
  const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
  assert.equal(codeOf(reply('WRONGTYPE Operation against a key')), 'WRONGTYPE');
  assert.equal(codeOf(reply('NOSCRIPT No matching script')), 'NOSCRIPT');
  for (const error of [reply('Connection is closed.'), undefined, null, 'WRONGTYPE text', {}])
    assert.equal(codeOf(error), undefined);
});

test('what waits for what may come is no slow call', () => {
  assert.ok(waitsFor('blpop', ['list', 0]));
  assert.ok(waitsFor('BZMPOP', []));
  assert.ok(waitsFor('xread', ['COUNT', 1, 'block', 0, 'STREAMS', 's', '$']));
  assert.ok(waitsFor('XREADGROUP', ['GROUP', 'g', 'c', 'BLOCK', '5']));
  for (const [name, words] of [
    ['get', ['block']],
    ['xread', ['STREAMS', 's', '0']],
    ['xadd', ['s', '*', 'f', 'BLOCK']],
    ['bitcount', []],
    ['other', []],
  ] as const)
    assert.ok(!waitsFor(name, words), name);
});
