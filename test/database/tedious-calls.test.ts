import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createPatch } from '../../src/database/clients/tedious.ts';
import { root } from '../child.ts';
import { type ObservedClient, type ObservedClientOptions, observeClient } from './observed-client.ts';
import { startTdsServer, type TdsServer } from './tds-server.ts';

type Done = (error: Error | null | undefined) => void;
interface Request {
  readonly callback: unknown;
}
interface Connection {
  connect: (done: Done) => void;
  close: () => void;
  on: (event: string, listener: () => void) => void;
  execSql: (request: Request) => void;
  reset: (done: Done) => void;
  newBulkLoad: (table: string, done: Done) => { addColumn: (...column: unknown[]) => void };
  execBulkLoad: (load: object, rows: readonly object[]) => void;
  makeRequest: unknown;
}
interface Tedious {
  readonly Connection: new (options: object) => Connection;
  readonly Request: new (text: string, done: Done) => Request;
  readonly TYPES: { readonly NVarChar: unknown };
}

let server: TdsServer | undefined;
before(async () => {
  server = await startTdsServer();
});
after(() => server?.stop());

for (const folder of ['databases', 'databases-older', 'databases-oldest']) {
  describe(`tedious (${folder})`, () => {
    const load = createRequire(path.join(root, 'test/fixtures', folder, 'package.json'));
    const { Connection, Request, TYPES } = load('tedious') as Tedious;
    const exports: unknown = load('tedious/lib/connection.js');
    const open: Connection[] = [];
    let undo: (() => void) | undefined;
    afterEach(() => {
      for (const connection of open.splice(0)) connection.close();
      undo?.();
    });

    let observed: ObservedClient;
    const observe = (options?: ObservedClientOptions): void => {
      undo?.();
      observed = observeClient(createPatch, options);
      undo = observed.patch({ exports, module: 'tedious', file: 'lib/connection.js', folder: undefined });
    };
    beforeEach(() => observe());

    const port = (): number => Number(new URL(server?.url ?? '').port);
    const connect = (): Promise<Connection> =>
      new Promise((resolve, reject) => {
        const connection = new Connection({
          server: '127.0.0.1',
          authentication: { type: 'default', options: { userName: 'sa', password: 'secret' } },
          options: { port: port(), database: 'shop', encrypt: false },
        });
        open.push(connection);
        connection.on('error', () => {});
        connection.connect(error => (error ? reject(error) : resolve(connection)));
      });
    const send = (connection: Connection, text: string): Promise<unknown> =>
      new Promise(resolve => {
        connection.execSql(new Request(text, resolve));
      });

    test('to connect is no call', async () => {
      await connect();
      assert.deepEqual(observed.take(), []);
    });

    test('a call says where it went', async () => {
      await send(await connect(), 'SELECT id FROM users');
      const [call] = observed.takeCalls();
      assert.deepEqual(
        [call?.system, call?.database],
        ['microsoft.sql_server', { host: '127.0.0.1', port: port(), namespace: 'shop' }],
      );
    });

    test('a request has its own callback back when it has ended', async () => {
      const connection = await connect();
      let ended: () => void = () => {};
      const request = new Request('SELECT id FROM users', () => ended());
      const own = request.callback;
      await new Promise<void>(resolve => {
        ended = resolve;
        connection.execSql(request);
        assert.notEqual(request.callback, own);
      });
      assert.equal(request.callback, own);
    });

    test('several errors in one answer: the first says why', async () => {
      const error = await send(await connect(), 'DELETE FROM nowhere twice');
      assert.ok(error instanceof AggregateError || (error as Error).name === 'AggregateError');
      assert.deepEqual(
        observed.takeCalls().map(({ failed, code, error: told }) => [failed, code, told === error]),
        [[true, '208', true]],
      );
    });

    test('a pool that tries a connection asks nothing for the application, which may ask the same', async () => {
      const connection = await connect();
      class Pool {
        _poolValidate(of: Connection): Promise<unknown> {
          return send(of, 'SELECT 1;');
        }
      }
      const restore = observed.patch({ exports: Pool, module: 'mssql', folder: undefined });
      await new Pool()._poolValidate(connection);
      assert.deepEqual(observed.take(), []);
      await send(connection, 'SELECT 1;');
      assert.deepEqual(observed.take(), ['SELECT none']);
      restore?.();
      await new Pool()._poolValidate(connection);
      assert.deepEqual(observed.take(), ['SELECT none']);
    });

    test('what is asked in the callback of a reset that was refused counts', async () => {
      const closed = await connect();
      const connection = await connect();
      closed.close();
      await new Promise(resolve => {
        closed.reset(error => {
          assert.ok(error);
          void send(connection, 'SELECT id FROM users').then(resolve);
        });
      });
      assert.deepEqual(observed.take(), ['SELECT users']);
    });

    test('each call has its own caller, the rows of a bulk load too', async () => {
      const callers = new AsyncLocalStorage<object>();
      observe({ active: () => callers.getStore() });
      const connections = await Promise.all([connect(), connect(), connect()]);
      const asked = connections.map(() => ({}));
      await Promise.all(
        connections.map((connection, index) =>
          callers.run(asked[index] ?? {}, async () => {
            await send(connection, 'SELECT id FROM users');
            await new Promise(resolve => {
              const bulk = connection.newBulkLoad('users', resolve);
              bulk.addColumn('name', TYPES.NVarChar, { length: 20, nullable: true });
              connection.execBulkLoad(bulk, [{ name: 'a' }]);
            });
          }),
        ),
      );
      const told = observed.takeCalls();
      assert.equal(told.length, 6);
      for (const caller of asked) assert.equal(told.filter(call => call.caller === caller).length, 2);
    });

    test('an observer that fails is not noticed', async () => {
      observe({
        begin: () => {
          throw new Error('ours');
        },
      });
      assert.equal(await send(await connect(), 'SELECT id FROM users'), undefined);
      assert.equal(observed.takeFailures().length, 1);
    });

    test('patched twice, it is counted once; undone, it is as it was', async () => {
      const patched = Connection.prototype.makeRequest;
      const second = observeClient(createPatch);
      assert.equal(second.patch({ exports, module: 'tedious', folder: undefined }), undefined);
      const connection = await connect();
      await send(connection, 'SELECT id FROM users');
      assert.deepEqual([observed.take(), second.take()], [['SELECT users'], []]);
      undo?.();
      assert.notEqual(Connection.prototype.makeRequest, patched);
      await send(connection, 'SELECT id FROM users');
      assert.deepEqual(observed.take(), []);
    });
  });
}
