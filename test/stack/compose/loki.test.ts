import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { loki } from '../programs.ts';
import { broken } from './stack.ts';
import { findRecords, healthOf, type Store, startLoki } from './stores.ts';

const traceId = '5b8efff798038103d269b633813fc60c';

/** A record as the Collector passes on those of @ykmake/monitoring. */
const push = async ({ url }: Store, body: string, at: number = Date.now()): Promise<Response> =>
  fetch(`${url}/otlp/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [
        {
          resource: {
            attributes: Object.entries({
              'service.name': 'ykmake',
              'service.instance.id': 'one-of-many',
              'process.pid': '7',
              'deployment.environment.name': 'test',
            }).map(([key, value]) => ({ key, value: { stringValue: value } })),
          },
          scopeLogs: [
            {
              scope: { name: 'winston' },
              logRecords: [
                {
                  timeUnixNano: `${at}000000`,
                  severityNumber: 17,
                  severityText: 'error',
                  traceId,
                  spanId: 'eee19b7ec3c1b174',
                  body: { stringValue: body },
                  attributes: [{ key: 'http.route', value: { stringValue: '/api/users/:userId' } }],
                },
              ],
            },
          ],
        },
      ],
    }),
  });

suite('Loki with loki/loki.yaml', { skip: loki.skip }, () => {
  test('takes records by OTLP, finds them by service and by trace, and after a restart', async t => {
    const store = await startLoki(t);
    assert.equal((await push(store, 'Payment failed')).status, 204);
    const [stream] = await findRecords(store, '{service_name="ykmake"}');
    assert.deepEqual(
      stream?.stream,
      { service_name: 'ykmake', deployment_environment_name: 'test' },
      'labels, of which each set is a stream, are what there are few of',
    );
    const [, line, more] = stream?.values[0] ?? ['', '', {}];
    assert.equal(line, 'Payment failed');
    const metadata = more.structuredMetadata ?? {};
    assert.equal(metadata.trace_id, traceId);
    assert.equal(metadata.http_route, '/api/users/:userId');
    assert.equal(metadata.service_instance_id, 'one-of-many');
    assert.equal(metadata.detected_level, 'error');

    assert.equal(await store.stop(), 0, store.log());
    const later = await store.again();
    const found = await findRecords(
      later,
      `{service_name="ykmake"} | trace_id="${traceId}" | detected_level="error"`,
    );
    assert.equal(found[0]?.values[0]?.[1], 'Payment failed', JSON.stringify(found));
    assert.deepEqual(await findRecords(later, '{service_name="ykmake"} | trace_id="0"'), []);
  });

  test('what is too long is cut, what is too old is refused, and after seven days all is deleted', async t => {
    const store = await startLoki(t);
    assert.equal((await push(store, 'x'.repeat(300_000))).status, 204);
    const [stream] = await findRecords(store, '{service_name="ykmake"}');
    assert.equal(stream?.values[0]?.[1].length, 256 * 1024);
    const old = await push(store, 'old', Date.now() - 9 * 86_400_000);
    assert.equal(old.status, 400);
    assert.match(await old.text(), /timestamp too old/);

    const { limits_config, compactor, analytics } = parse(await store.get('/config'));
    assert.equal(limits_config.retention_period, '1w');
    assert.equal(compactor.retention_enabled, true);
    assert.equal(analytics.reporting_enabled, false);
    assert.match(await store.get('/metrics'), /^loki_boltdb_shipper_compactor_running 1$/m);

    assert.equal(healthOf(loki, store), 0);
    await store.kill();
    assert.equal(healthOf(loki, store), 1);
  });

  test('a schema without structured metadata, and retention without a place for it, are refused', t => {
    const refusal = (from: string, to: string): string => {
      const text = broken(readFileSync(path.join(root, 'loki/loki.yaml'), 'utf8'), from, to);
      const folder = mkdtempSync(path.join(tmpdir(), 'loki-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = path.join(folder, 'loki.yaml');
      writeFileSync(file, text);
      const { status, stderr } = spawnSync(loki.path, [`-config.file=${file}`, '-verify-config'], {
        encoding: 'utf8',
        cwd: folder,
      });
      return status === 0 ? '' : stderr;
    };
    assert.equal(refusal('auth_enabled: false', 'auth_enabled: false'), '');
    assert.match(refusal('schema: v13', 'schema: v12'), /schema v13 is required/);
    assert.match(refusal('  delete_request_store: filesystem\n', ''), /delete-request-store/);
    assert.match(refusal('retention_enabled: true', 'retention_on: true'), /field retention_on not found/);
  });
});
