import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { statementOf } from '../../src/database/pglite/statements.ts';
import { register, root } from '../child.ts';
import { observeAdapter } from './pg-adapters.ts';

const folder = path.join(root, 'test/fixtures/databases');
const load = createRequire(path.join(folder, 'package.json'));
const { PGlite } = load('@electric-sql/pglite');
const { prototype } = PGlite;
const active = new AsyncLocalStorage<object>();

const methods = ['_initArrayTypes', '_runExclusiveQuery', 'runExclusive', 'execProtocolRaw'];
const shape = (): unknown =>
  [prototype, Object.getPrototypeOf(prototype)].map(owner =>
    methods.map(name => Object.getOwnPropertyDescriptor(owner, name)),
  );

const before = shape();
const { patches, take, takeCalls } = observeAdapter('pglite', () => active.getStore());
const undo = patches[0]?.apply({ PGlite });
assert.ok(undo !== undefined);
const db = await PGlite.create();

describe('PGlite', () => {
  after(() => db.close());

  it('counts nothing of what it does to be ready', () => {
    assert.deepEqual(take(), []);
  });

  it('does not count the time in which one statement waits for the other', async () => {
    const start = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => db.query('SELECT pg_sleep(0.03)')));
    const elapsed = (performance.now() - start) / 1000;
    const calls = takeCalls();
    assert.ok(calls.every(({ seconds }) => seconds >= 0.029));
    assert.ok(calls.reduce((sum, { seconds }) => sum + seconds, 0) <= elapsed);
    assert.equal(calls.length, 4);
  });

  it('gives each statement to who asked for it', async () => {
    const callers = [1, 2, 3].map(id => ({ id }));
    await Promise.all([
      ...callers.map((caller, n) => active.run(caller, () => db.query(`SELECT ${n}`))),
      db.query('SELECT 3'),
    ]);
    assert.deepEqual(
      takeCalls().map(({ text, caller }) => [text, caller]),
      [...callers.map((caller, n) => [`SELECT ${n}`, caller]), ['SELECT 3', undefined]],
    );
  });

  it('leaves messages alone that the application sends by itself', async () => {
    const message = Buffer.from('Q\0\0\0\x0dSELECT 1\0', 'latin1');
    await db.execProtocol(message);
    await db.runExclusive(() => db.execProtocolRaw(message));
    assert.deepEqual(take(), []);
    await db.query('SELECT 1');
    assert.deepEqual(take(), ['SELECT none']);
  });

  it('reads statements of messages, and nothing else', () => {
    const bytes = (text: string): Uint8Array => Buffer.from(text);
    assert.equal(statementOf(bytes('Q\0\0\0\0SELECT ä\0')), 'SELECT ä');
    assert.equal(statementOf(bytes('P\0\0\0\0name\0SELECT 1\0\0\0')), 'SELECT 1');
    assert.equal(statementOf(bytes(`Q\0\0\0\0${'x'.repeat(100_000)}\0`))?.length, 65_536);
    const id = '0123456789abcdef'.repeat(2);
    assert.equal(statementOf(bytes(`Q\0\0\0\0EXECUTE live_query_${id}_get\0`)), 'EXECUTE live_query_get');
    for (const other of ['', 'Q', 'P', 'S\0\0\0\0', 'B\0\0\0\0a\0b\0'])
      assert.ok([undefined, ''].includes(statementOf(bytes(other))), other);
    assert.equal(statementOf('Q\0\0\0\0SELECT 1\0'), undefined);
  });

  it('lets Node report a rejection that nobody handles, as without us', async () => {
    const program =
      "const { PGlite } = require('@electric-sql/pglite'); const db = new PGlite(); db.waitReady.then(() => db.query('SELECT * FROM missing'))";
    const run = (preload: readonly string[]): Promise<{ code: unknown; stderr: string }> =>
      new Promise(resolve => {
        const env = { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
        execFile(process.execPath, [...preload, '-e', program], { cwd: folder, env }, (error, _out, stderr) =>
          resolve({ code: error?.code, stderr }),
        );
      });
    const [bare, observed] = await Promise.all([run([]), run(['--import', register])]);
    for (const { code, stderr } of [bare, observed]) {
      assert.equal(code, 1);
      assert.equal(stderr.match(/error: relation "missing" does not exist/g)?.length, 1, stderr);
    }
  });

  it('is not patched twice, and is as before when it is undone', async () => {
    assert.equal(observeAdapter('pglite').patches[0]?.apply({ PGlite }), undefined);
    for (const exports of [undefined, {}, { PGlite: 1 }, { PGlite: class {} }])
      assert.equal(observeAdapter('pglite').patches[0]?.apply(exports), undefined);
    const pending = db.query('SELECT pg_sleep(0.02)');
    undo();
    assert.deepEqual(shape(), before);
    await pending;
    take();
    await db.query('SELECT 1');
    assert.deepEqual(take(), []);
  });
});
