import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { compose } from '../programs.ts';
import { dockerfile } from './dockerfile.ts';
import { broken, read, shipped } from './stack.ts';
import { addressFaults, pathFaults } from './wiring.ts';

const exposed = (dockerfile.at(-1)?.steps ?? [])
  .filter(({ word }) => word === 'EXPOSE')
  .flatMap(({ rest }) => rest.split(' ').map(Number));

const faults = (text: string): readonly string[] => {
  const full = read('full', text);
  return [...pathFaults(full), ...addressFaults(full, full, exposed)];
};

suite('what the parts of the stack know of each other', { skip: compose.skip }, () => {
  test('files and folders are where each looks for them', () => {
    assert.deepEqual(pathFaults(read('default')), []);
    assert.deepEqual(pathFaults(read('full')), []);
  });

  test('somebody listens at each address', () => {
    const full = read('full');
    assert.deepEqual(addressFaults(read('default'), full, exposed), []);
    assert.deepEqual(addressFaults(full, full, exposed), []);
  });

  test('each volume is used', () => {
    const { volumes } = parse(shipped) as { volumes: object };
    assert.deepEqual(Object.keys(read('full').volumes).sort(), Object.keys(volumes).sort());
    assert.ok('prometheus_data' in volumes && 'grafana_data' in volumes);
  });

  test('Prometheus knows the host, for the file of targets that a user may copy', () => {
    const example = readFileSync(
      path.join(root, 'prometheus/targets/host.docker.internal.yml.example'),
      'utf8',
    );
    assert.deepEqual(parse(example)[0].targets, ['host.docker.internal:9464']);
    assert.deepEqual(read('default').services.prometheus?.extra_hosts, ['host.docker.internal=host-gateway']);
  });

  const breaks: readonly (readonly [part: string, instead: string, fault: RegExp])[] = [
    ['./grafana:/etc/grafana', './graphana:/etc/grafana', /grafana: graphana is not there/],
    [
      '/etc/prometheus/prometheus-3.yml',
      '/etc/prometheus/prom.yml',
      /prometheus: no \/etc\/prometheus\/prom\.yml/,
    ],
    ['- ./tempo:/etc/tempo:ro', '- ./loki:/etc/tempo:ro', /tempo: no \/etc\/tempo\/tempo\.yaml/],
    ['- prometheus_data:/prometheus', '- prometheus_data:/data', /prometheus: \/data is root's/],
    [
      '- prometheus_data:/prometheus\n      - secrets:/run/secrets:ro',
      '- prometheus_data:/prometheus',
      /prometheus: no \/run\/secrets\/metrics_token/,
    ],
    ['- tempo_data:/var/tempo', '- tempo_data:/tempo', /tempo: no \/var\/tempo\/wal/],
    [
      '- otelcol_data:/var/lib/otelcol\n    depends',
      '- otelcol_data:/data\n    depends',
      /otel-collector: no \/var\/lib\/otelcol/,
    ],
    ['cat /run/secrets/metrics_token', 'cat /run/secrets/token', /app: no \/run\/secrets\/token/],
    [
      'http://otel-collector:4318',
      'http://otel-collector:4319',
      /app: nobody listens on otel-collector:4319/,
    ],
    [
      'http://otel-collector:13133/',
      'http://otel-collector:13134/',
      /health: nobody listens on otel-collector:13134/,
    ],
    [
      'http://127.0.0.1:9093/-/ready',
      'http://127.0.0.1:9094/-/ready',
      /alertmanager: nobody listens on 127\.0\.0\.1:9094/,
    ],
    ['expose: ["9464"]', 'expose: ["9465"]', /prometheus: nobody listens on app:9464.*app: offers 9465/s],
    [
      'expose: ["3100"]',
      'expose: ["3101"]',
      /otel-collector: nobody listens on loki:3100.*loki: offers 3101/s,
    ],
    ['127.0.0.1:3001:3000', '127.0.0.1:3001:3001', /grafana: nobody listens on 127\.0\.0\.1:3000/],
  ];
  for (const [part, instead, fault] of breaks)
    test(`it is found when "${part.trim()}" becomes "${instead.trim()}"`, () => {
      assert.match(faults(broken(shipped, part, instead)).join('\n'), fault);
    });
});
