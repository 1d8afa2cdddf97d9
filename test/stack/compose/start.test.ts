import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compose } from '../programs.ts';
import { broken, composed, read, type Started, shipped } from './stack.ts';

const always = [
  'app',
  'grafana',
  'otel-collector',
  'otel-collector-health',
  'prepare',
  'prometheus',
  'traffic',
];
const onlyFull = ['alertmanager', 'loki', 'postgres', 'tempo'];

/** What a way of starting leads to, in short. */
const outcome = (started: Started): object => {
  const stack = composed(started);
  if (typeof stack === 'string') return { refused: stack };
  return {
    services: Object.keys(stack.services).sort(),
    collector: stack.services['otel-collector']?.command,
    database: stack.services.app?.environment?.DATABASE_URL,
  };
};

const plain = {
  services: always,
  collector: ['--config=/etc/otelcol/config.yaml', '--config=/etc/otelcol/config.yaml'],
  database: '',
};
const full = {
  services: [...always, ...onlyFull].sort(),
  collector: ['--config=/etc/otelcol/config.yaml', '--config=/etc/otelcol/full.yaml'],
  database: 'postgres://ykmake:ykmake@postgres:5432/ykmake',
};

suite('docker compose', { skip: compose.skip }, () => {
  test('without a profile, traces and logs end in the Collector and the database is embedded', () => {
    assert.deepEqual(outcome({}), plain);
  });

  test('with COMPOSE_PROFILES=full, of the shell or of .env, it starts all, and all know of it', () => {
    assert.deepEqual(outcome({ env: { COMPOSE_PROFILES: 'full' } }), full);
    assert.deepEqual(outcome({ dotenv: 'COMPOSE_PROFILES=full\n' }), full);
    assert.deepEqual(outcome({ env: { COMPOSE_PROFILES: 'full' }, flags: ['--profile', 'full'] }), full);
  });

  test('--profile full alone, of which the Collector would not know, is refused with what to do', () => {
    const refusal = /--profile full is not enough: use COMPOSE_PROFILES=full docker compose up -d/;
    assert.match(JSON.stringify(outcome({ flags: ['--profile', 'full'] })), refusal);
    const guard = /\n {4}env_file: .*/.exec(shipped)?.[0] ?? '';
    assert.deepEqual(
      outcome({ flags: ['--profile', 'full'], text: broken(shipped, guard, '') }),
      { ...plain, services: full.services },
      'without the guard it would start Tempo and send nothing there',
    );
  });

  test('another value of COMPOSE_PROFILES is not taken for full', () => {
    const { services, collector } = outcome({ env: { COMPOSE_PROFILES: 'ful' } }) as typeof plain;
    assert.deepEqual(services, always);
    assert.deepEqual(
      collector[1],
      '--config=/etc/otelcol/ful.yaml',
      'the Collector says that it has no such file',
    );
  });

  test('each setting reaches what it is for', () => {
    const stack = composed({
      dotenv: `
APP_PORT=3010-3019
DATABASE_URL=postgres://ada@db.example.org/shop
TRAFFIC_RATE=3
METRICS_TOKEN=abc
GRAFANA_USER=ada
GRAFANA_PASSWORD=secret
GRAFANA_URL=https://grafana.example.org/
ALERTMANAGER_URL=https://alerts.example.org/
PROMETHEUS_URL=https://prometheus.example.org/
ALERT_SLACK_WEBHOOK_URL=https://hooks.example.org/1
POSTGRES_PASSWORD=other
PROMETHEUS_RETENTION=90d
PROMETHEUS_RETENTION_SIZE=50GB
COMPOSE_PROFILES=full
`,
    });
    assert.ok(typeof stack !== 'string', String(stack));
    const { app, traffic, prepare, grafana, alertmanager, postgres, prometheus } = stack.services;
    assert.equal(app?.ports?.[0]?.published, '3010-3019');
    assert.equal(app?.environment?.DATABASE_URL, 'postgres://ada@db.example.org/shop');
    assert.equal(traffic?.command?.at(-1), '3');
    assert.equal(prepare?.environment?.METRICS_TOKEN, 'abc');
    assert.equal(prepare?.environment?.ALERT_SLACK_WEBHOOK_URL, 'https://hooks.example.org/1');
    assert.equal(grafana?.environment?.GF_SECURITY_ADMIN_USER, 'ada');
    assert.equal(grafana?.environment?.GF_SECURITY_ADMIN_PASSWORD, 'secret');
    assert.equal(grafana?.environment?.GF_SERVER_ROOT_URL, 'https://grafana.example.org/');
    assert.ok(alertmanager?.command?.includes('--web.external-url=https://alerts.example.org/'));
    assert.equal(postgres?.environment?.POSTGRES_PASSWORD, 'other');
    assert.ok(prometheus?.command?.includes('--web.external-url=https://prometheus.example.org/'));
    assert.ok(prometheus?.command?.includes('--storage.tsdb.retention.time=90d'));
    assert.ok(prometheus?.command?.includes('--storage.tsdb.retention.size=50GB'));
  });

  test('the password of PostgreSQL and the one that the application uses are the same', () => {
    const stack = composed({ env: { COMPOSE_PROFILES: 'full', POSTGRES_PASSWORD: 'other' } });
    assert.ok(typeof stack !== 'string', String(stack));
    const { app, postgres } = stack.services;
    assert.match(app?.environment?.DATABASE_URL ?? '', /^postgres:\/\/ykmake:other@postgres:5432\/ykmake$/);
    assert.equal(postgres?.environment?.POSTGRES_PASSWORD, 'other');
  });

  test('what only profile full adds, nothing else may need', () => {
    const needs = broken(
      shipped,
      'condition: service_healthy, required: false',
      'condition: service_healthy',
    );
    assert.throws(() => read('default', needs), /depends on undefined service/);
  });
});
