import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableOf } from '../../src/database/dynamodb/input.ts';

const examples: readonly (readonly [input: unknown, table: string | undefined])[] = [
  [{ TableName: 'users' }, 'users'],
  [{ TableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/users' }, 'users'],
  [{ TableName: 'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/users/index/by-name' }, 'users'],
  [{ RequestItems: { users: [], events: [] } }, 'users'],
  [{ RequestItems: { 'arn:aws:dynamodb:eu-west-1:1:table/users': { Keys: [] } } }, 'users'],
  [{ TransactItems: [{ Update: { TableName: 'users' } }, { Put: { TableName: 'events' } }] }, 'users'],
  [{ TransactItems: [{ Put: undefined, Delete: { TableName: 'users' } }] }, 'users'],
  [{ Statement: "SELECT * FROM users WHERE id = 'hunter2'" }, undefined],
  [{ TransactItems: [] }, undefined],
  [{ TransactItems: [null] }, undefined],
  [{ RequestItems: {} }, undefined],
  [{ TableName: 7 }, undefined],
  [{}, undefined],
  [undefined, undefined],
  [null, undefined],
];

test('a command of DynamoDB names its table in one of three ways, by name or ARN, or not at all', () => {
  for (const [input, table] of examples)
    assert.equal(tableOf(input as Parameters<typeof tableOf>[0]), table, JSON.stringify(input));
});
