import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { collector } from '../programs.ts';
import { complaintsOf, overlay } from './collectors.ts';

const { skip } = collector;
const textOf = (name: string): string => readFileSync(path.join(root, 'otel-collector', name), 'utf8');
const kinds = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;
type Kind = (typeof kinds)[number];

interface Configuration extends Partial<Readonly<Record<Kind, object>>> {
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
}
const read = (name: string): Configuration => parse(textOf(name));
const whole = ['config.yaml', 'agent.yaml', 'gateway.yaml'] as const;

/** What is laid over an agent where the gateways are known by their addresses. */
const fixedGateways = overlay({
  exporters: { load_balancing: { resolver: { dns: null, static: { hostnames: ['127.0.0.1:4317'] } } } },
});
const kubernetesGateways = overlay({
  exporters: { load_balancing: { resolver: { dns: null, k8s: { service: 'otel-gateway.monitoring' } } } },
});

test('the Collector takes every configuration and every overlay', { skip }, () => {
  for (const configs of [
    ['config.yaml'],
    ['config.yaml', 'full.yaml'],
    ['agent.yaml'],
    ['agent.yaml', fixedGateways],
    ['agent.yaml', kubernetesGateways],
    ['gateway.yaml'],
  ])
    assert.equal(complaintsOf(...configs), '', configs.join(' and '));
});

test('the Collector refuses a key that is misspelt, an unknown component, and an overlay alone', {
  skip,
}, () => {
  const misspelt = textOf('gateway.yaml').replace('decision_wait:', 'decision_wiat:');
  assert.match(complaintsOf(misspelt), /decision_wiat/);
  const unknown = textOf('config.yaml').replaceAll('otlp:', 'jaeger:').replaceAll('[otlp]', '[jaeger]');
  assert.match(complaintsOf(unknown), /unknown type: "jaeger"/);
  assert.notEqual(complaintsOf('full.yaml'), '');
  const twoResolvers = { resolver: { static: { hostnames: ['127.0.0.1:4317'] } } };
  assert.match(
    complaintsOf('agent.yaml', overlay({ exporters: { load_balancing: twoResolvers } })),
    /resolver/,
  );
});

test('builder.yaml lists exactly the components that the configurations use, in one version', {
  skip,
}, () => {
  const builder = parse(textOf('builder.yaml')) as Readonly<Record<string, readonly { gomod: string }[]>>;
  const listed = kinds.flatMap(kind => (builder[kind] ?? []).map(({ gomod }) => `${kind} ${gomod}`)).sort();
  // The Collector tells the type of each of its modules.
  const { stdout } = spawnSync(collector.path, ['components'], { encoding: 'utf8' });
  const known = parse(stdout) as Readonly<Record<Kind, readonly { name: string; module: string }[]>>;
  const used = kinds.flatMap(kind => {
    const names = [...whole, 'full.yaml'].flatMap(file => Object.keys(read(file)[kind] ?? {}));
    return [...new Set(names.map(name => name.split('/')[0]))].map(
      type => `${kind} ${known[kind].find(({ name }) => name === type)?.module ?? `none for ${type}`}`,
    );
  });
  assert.deepEqual(listed, used.sort());

  const { version } = (builder as unknown as { dist: { version: string } }).dist;
  for (const component of listed) assert.ok(component.endsWith(` v${version}`), component);
  assert.match(readFileSync(path.join(root, '.ci/programs'), 'utf8'), new RegExp(`builder@v${version} `));
});

test('each pipeline limits memory first, and what each configuration defines is used in it', () => {
  for (const file of whole) {
    const { service, ...defined } = read(file);
    for (const [name, pipeline] of Object.entries(service.pipelines)) {
      if (pipeline.receivers?.includes('otlp'))
        assert.equal(pipeline.processors?.[0], 'memory_limiter', `${file}: ${name}`);
      for (const kind of ['receivers', 'processors', 'exporters'] as const)
        for (const used of pipeline[kind] ?? [])
          assert.ok(
            Object.hasOwn({ ...defined[kind], ...defined.connectors }, used),
            `${file}: ${name} has ${used}`,
          );
    }
    const used = [
      ...service.extensions,
      ...Object.values(service.pipelines).flatMap(pipeline => Object.values(pipeline).flat()),
    ];
    for (const kind of kinds)
      for (const name of Object.keys(defined[kind] ?? {})) assert.ok(used.includes(name), `${file}: ${name}`);
  }
});

test('one machine and an agent hide the same secrets and drop the same metrics', () => {
  const hiding = (file: string): unknown =>
    Object.entries(read(file).processors ?? {}).filter(([name]) => name !== 'memory_limiter');
  assert.deepEqual(hiding('agent.yaml'), hiding('config.yaml'));
});

test('every exporter to another machine has a queue on the disk that has no end but its size', () => {
  for (const file of ['full.yaml', 'agent.yaml', 'gateway.yaml'])
    for (const [name, exporter] of Object.entries(read(file).exporters ?? {})) {
      if (name === 'prometheus') continue;
      assert.equal(exporter.sending_queue.storage, 'file_storage', `${file}: ${name}`);
      assert.equal(exporter.retry_on_failure.max_elapsed_time, '0s', `${file}: ${name}`);
    }
});
