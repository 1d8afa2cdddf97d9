import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationPage } from '../../src/settings/markdown.ts';
import { readSettings } from '../../src/settings/read.ts';
import { table, topics } from '../../src/settings/table.ts';

const secret = 'swordfish';
// Bad for every kind of secret: a token, user:password, key=value pairs, headers and URLs.
const badForms = [
  `${secret} ${secret}`,
  `:${secret} `,
  `=${secret}`,
  `authorization=${secret}%0A,${secret}`,
  `ftp://${secret}:${secret}@${secret}/?${secret}#${secret}`,
  `\u001b[31m${secret}\n${secret}`,
  `${secret}${'x'.repeat(100_000)}\u0000`,
];
const secrets = Object.values(table).filter(setting => setting.secret);

test('the variables that hold secrets are marked', () => {
  assert.deepEqual(secrets.map(({ name }) => name).sort(), [
    'MONITORING_METRICS_BASIC_AUTH',
    'MONITORING_METRICS_TOKEN',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_EXPORTER_OTLP_LOGS_HEADERS',
    'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    'OTEL_RESOURCE_ATTRIBUTES',
    'SENTRY_DSN',
    'SLACK_TOKEN',
    'SLACK_WEBHOOK_URL',
  ]);
});

test('no complaint shows the value of a secret variable', () => {
  for (const { name, kind } of secrets) {
    const refused = badForms.filter(form => kind.parse(form.trim()) === undefined);
    assert.ok(refused.length >= 3, `${name} has to refuse some of the forms, or this test says nothing`);
    for (const form of refused) {
      const { complaints } = readSettings({ [name]: form, OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' });
      assert.ok(complaints.some(line => line.startsWith(`${name}=(hidden) is not `)));
      assert.ok(!complaints.join().includes(secret), complaints.join());
    }
  }
});

test('credentials in any URL, good or bad, are never shown', () => {
  const urls = Object.values(table).filter(({ kind }) => kind.redact !== undefined);
  assert.ok(urls.length >= 8);
  const forms = [
    `ftp://user:${secret}@host`,
    `http//user:${secret}@host`,
    `user:${secret}@`,
    `ftp://host/?key=${secret}`,
    `ftp://host/#${secret}`,
    `ftp://user:${secret}?${secret}@host`,
    `ftp://host/?mail=a@${secret}`,
    `ftp://user:${secret}#@host?${secret}`,
  ];
  for (const { name } of urls) {
    for (const form of forms) {
      const { complaints } = readSettings({ [name]: form });
      assert.equal(complaints.length, 1);
      assert.ok(!complaints.join().includes(secret), complaints.join());
    }
  }
});

test('the value of an unknown variable is not shown: it may be a mistyped secret', () => {
  const { complaints } = readSettings({ MONITORING_METRIC_TOKEN: secret });
  assert.deepEqual(complaints, [
    'MONITORING_METRIC_TOKEN is not a setting; did you mean MONITORING_METRICS_TOKEN?',
  ]);
});

test('the documentation marks every secret', () => {
  const rows = configurationPage(topics).split('\n');
  for (const { name } of secrets) {
    assert.match(rows.find(row => row.startsWith(`| \`${name}\` |`)) ?? '', / Secret\. \|$/);
  }
});
