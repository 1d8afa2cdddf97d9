import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPatch } from '../../src/database/clients/dynamodb.ts';
import { isMadeElsewhere } from '../../src/instrumentations/spans-made-elsewhere.ts';
import { type DynamoDbServer, startDynamoDb } from './dynamodb-server.ts';
import { asking, requireClient, type WatchedCalls, watchCalls } from './watched-calls.ts';

interface Client {
  readonly send: (command: object, options?: object) => Promise<unknown>;
  readonly middlewareStack: { readonly identify: () => readonly string[] };
  readonly destroy: () => void;
}
interface Sdk {
  readonly DynamoDBClient: new (options: object) => Client;
  readonly ListTablesCommand: new (input: object) => object;
  readonly GetItemCommand: new (input: object) => object;
  readonly ResourceNotFoundException: new () => Error;
}

const sdk = requireClient('@aws-sdk/client-dynamodb') as Sdk;

let server: DynamoDbServer;
let watched: WatchedCalls;
let client: Client;
const connect = (): Client =>
  new sdk.DynamoDBClient({
    ...{ endpoint: server.url, region: 'eu-west-1' },
    credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' },
  });
before(async () => {
  server = await startDynamoDb();
  watched = watchCalls('dynamodb', createPatch);
  client = connect();
});
after(async () => {
  client.destroy();
  await server.stop();
});

const listTables = (): Promise<unknown> => client.send(new sdk.ListTablesCommand({}));
const missing = (): object => new sdk.GetItemCommand({ TableName: 'nowhere', Key: { id: { S: '1' } } });

test('each of many calls at once has its own caller, with its retries', async () => {
  await Promise.all([
    listTables(),
    asking
      .run({ who: 'ann' }, () => client.send(new sdk.GetItemCommand({ TableName: 'busy', Key: {} })))
      .catch(() => {}),
    asking.run({ who: 'bob' }, () => listTables()),
  ]);
  assert.deepEqual(watched.take().toSorted(), [
    'GETITEM busy failed ResourceNotFoundException by ann',
    'LISTTABLES none by bob',
    'LISTTABLES none by nobody',
  ]);
});

test('the application gets the error of the SDK', async () => {
  await assert.rejects(client.send(missing()), sdk.ResourceNotFoundException);
  assert.deepEqual(watched.take(), ['GETITEM nowhere failed ResourceNotFoundException by nobody']);
});

test('a rejection that nobody handles is told, and one that is handled is not', async () => {
  const told: unknown[] = [];
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', error => told.push((error as Error).name));
  try {
    await client.send(missing()).catch(() => {});
    void client.send(missing());
    await new Promise(resolve => setTimeout(resolve, 200));
    assert.deepEqual(told, ['ResourceNotFoundException']);
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  assert.equal(watched.take().length, 2);
});

test('the client and the input are as without us', async () => {
  const input = Object.freeze({});
  const names = client.middlewareStack.identify();
  await client.send(new sdk.ListTablesCommand(input), Object.freeze({}));
  assert.deepEqual(client.middlewareStack.identify(), names);
  assert.deepEqual(Object.keys(input), []);
  const enumerable: string[] = [];
  for (const name in new sdk.ListTablesCommand({})) enumerable.push(name);
  assert.ok(!enumerable.includes('resolveMiddleware'));
  assert.deepEqual(watched.take(), ['LISTTABLES none by nobody']);
});

test('a second patch does not count twice', async () => {
  assert.throws(() => watchCalls('dynamodb', createPatch), /was not patched/);
  await listTables();
  assert.deepEqual(watched.take(), ['LISTTABLES none by nobody']);
});

test('undone, nothing is counted, and spans are the official instrumentation’s again', async () => {
  assert.ok(isMadeElsewhere('DynamoDBClient'));
  watched.undo();
  watched.undo();
  assert.ok(!isMadeElsewhere('DynamoDBClient'));
  await listTables();
  assert.deepEqual(watched.take(), []);
});
