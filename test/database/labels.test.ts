import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operationBudget, tableBudget } from '../../src/catalog/database.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';

const many = 5_000;

describe('labels of database calls', () => {
  test('SQL says them itself, each system in its own dialect', () => {
    const labels = createDatabaseLabels();
    const text = 'SELECT * FROM "Order Lines"';
    const { operation, table, shown } = labels({ system: 'postgresql', text });
    assert.deepEqual({ operation, table }, { operation: 'SELECT', table: 'Order Lines' });
    assert.equal(shown?.(text), text);
    const batch = labels({
      system: 'mysql',
      operation: 'batch',
      table: 't',
      text: "INSERT INTO t VALUES ('hunter2')",
    });
    assert.equal(batch.operation, 'BATCH');
    assert.equal(batch.shown?.("INSERT INTO t VALUES ('hunter2')"), 'INSERT INTO t VALUES (?)');
    assert.equal(labels({ system: 'redis', operation: 'get' }).shown, undefined);
    assert.deepEqual(labels({ system: 'sqlite', text: undefined }), { operation: 'none', table: 'none' });
  });

  test('commands are in upper case, and work on none where no table is said', () => {
    const labels = createDatabaseLabels();
    assert.deepEqual(labels({ system: 'redis', operation: 'hGetAll' }), {
      operation: 'HGETALL',
      table: 'none',
    });
    assert.deepEqual(labels({ system: 'mongodb', operation: 'find', table: 'Users' }), {
      operation: 'FIND',
      table: 'Users',
    });
    assert.deepEqual(labels({ system: 'mongodb', operation: 'ping', table: '' }), {
      operation: 'PING',
      table: 'none',
    });
  });

  test('tables beyond their budget are other, whoever names them; those within it stay', () => {
    const labels = createDatabaseLabels();
    const tables = new Set<string>();
    for (let index = 0; index < many; index++) {
      const name = `t${index}x`;
      const call =
        index % 2 === 0
          ? { system: 'postgresql', text: `SELECT * FROM ${name}` }
          : { system: 'mongodb', operation: 'find', table: name };
      tables.add(labels(call).table);
    }
    assert.equal(tables.size, tableBudget + 1);
    assert.ok(tables.has('other'));
    assert.equal(labels({ system: 'mysql', text: 'SELECT * FROM t0x' }).table, 't0x');
    assert.equal(labels({ system: 'mysql', text: 'SELECT 1' }).table, 'none');
  });

  test('partitions are one, of tables and of collections, and do not use up the budget', () => {
    const labels = createDatabaseLabels();
    for (let index = 100_000; index < 100_000 + many; index++) {
      assert.equal(labels({ system: 'mysql', text: `SELECT * FROM log_${index}` }).table, 'log_*');
      assert.equal(labels({ system: 'mongodb', operation: 'find', table: `log.${index}` }).table, 'log_*');
    }
    assert.equal(labels({ system: 'mongodb', operation: 'find', table: 'users' }).table, 'users');
  });

  test('commands beyond their budget are other', () => {
    const labels = createDatabaseLabels();
    const operations = new Set<string>();
    for (let index = 0; index < many; index++)
      operations.add(labels({ system: 'redis', operation: `cmd${index}` }).operation);
    assert.equal(operations.size, operationBudget + 1);
    assert.ok(operations.has('other'));
    assert.equal(labels({ system: 'redis', operation: 'CMD0' }).operation, 'CMD0');
  });
});
