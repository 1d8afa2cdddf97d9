import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { topics } from '../../../src/settings/table.ts';
import { root } from '../../child.ts';
import { containerOf, folder, type Manifest, manifests, named, resources } from './manifests.ts';
import { danglingIn } from './references.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** `name/key` of every Secret that docs/kubernetes.md has made: `create secret generic NAME … --from-literal=KEY=…`. */
const secrets = [
  ...read('docs/kubernetes.md').matchAll(/create secret generic (\S+)(?: |\\\n)+--from-literal=(\w+)=/g),
].map(([, name, key]) => `${name}/${key}`);

const workloads = manifests.filter(({ spec }) => spec?.template !== undefined);
const collectors = ['agent', 'gateway'].map(role => {
  const workload = manifests.find(
    ({ kind, metadata }) => /Set$/.test(kind) && metadata.name === `otel-${role}`,
  );
  assert.ok(workload);
  const file = `otel-collector/${role}.yaml`;
  return { role, workload, container: containerOf(workload), text: read(file) };
});

describe('the manifests of Kubernetes', () => {
  it('are all applied', () => {
    const files = globSync('**/*.yaml', { cwd: folder }).filter(file => file !== 'kustomization.yaml');
    assert.deepEqual([...resources].sort(), files.sort());
  });

  it('point nowhere that is not there: labels, ports, volumes, ConfigMaps, Secrets', () => {
    assert.deepEqual(danglingIn(manifests, secrets), []);
  });

  it('are found out where they do (control)', () => {
    const text = JSON.stringify(manifests);
    for (const [from, to, expected] of [
      ['"targetPort":"http"', '"targetPort":"web"', /Service ykmake wants the port web/],
      [
        '"matchLabels":{"app.kubernetes.io/name":"otel-collector","app.kubernetes.io/component":"agent"}',
        '"matchLabels":{"app.kubernetes.io/component":"agents"}',
        /selects no Pod|does not select/,
      ],
      ['"port":"pushed"', '"port":"push"', /wants the port push/],
      ['{"name":"otel-agent-config"}', '{"name":"agent"}', /wants the ConfigMap agent/],
      ['"serviceName":"otel-gateway"', '"serviceName":"gateway"', /has no Service gateway/],
      [
        '"secretKeyRef":{"name":"ykmake-metrics"',
        '"secretKeyRef":{"name":"metrics"',
        /Secret metrics\/token/,
      ],
      [
        '"credentials":{"name":"ykmake-metrics"',
        '"credentials":{"name":"metrics"',
        /PodMonitor .*metrics\/token/,
      ],
      ['"name":"queue","mountPath"', '"name":"queues","mountPath"', /mounts queues/],
      ['"kind":"Deployment","name":"ykmake"', '"kind":"Deployment","name":"app"', /scales Deployment app/],
      ['"port":"health"', '"port":"probe"', /probes the port probe/],
    ] as const) {
      const changed = text.replace(from, to);
      assert.notEqual(changed, text, from);
      assert.match(danglingIn(JSON.parse(changed) as Manifest[], secrets).join('\n'), expected, from);
    }
  });

  it('set only what the package reads', () => {
    const known = new Set(topics.flatMap(({ settings }) => Object.values(settings).map(({ name }) => name)));
    const others = ['NODE_OPTIONS', 'HOST', 'PORT', 'DATABASE_URL', 'POD_NAME', 'POD_NAMESPACE', 'NODE_NAME'];
    const unknown = containerOf(named('Deployment', 'ykmake'))
      .env.map(({ name }) => name)
      .filter(name => !known.has(name) && !others.includes(name));
    assert.deepEqual(unknown, []);
  });

  it('run nothing as root, with rights, or on a file system that can be written to', () => {
    for (const workload of workloads) {
      const { securityContext } = workload.spec.template?.spec ?? {};
      const where = workload.metadata.name;
      assert.equal(securityContext?.runAsNonRoot, true, where);
      assert.deepEqual(securityContext?.seccompProfile, { type: 'RuntimeDefault' }, where);
      const { securityContext: own, resources: limits } = containerOf(workload);
      assert.deepEqual(
        own,
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        where,
      );
      assert.ok(limits.limits.memory, where);
    }
  });

  it('scrape as prometheus.yml does: jobs, limits, intervals and the token', () => {
    const { scrape_configs: jobs, global } = parse(read('prometheus/prometheus.yml'));
    const job = (name: string) => jobs.find((one: { job_name: string }) => one.job_name === name);
    for (const [monitor, name] of [
      ['ykmake', 'ykmake'],
      ['otel-collector', 'otel-collector'],
      ['pushed', 'pushed'],
    ] as const) {
      const { spec } = named('PodMonitor', monitor);
      const [endpoint] = spec.podMetricsEndpoints ?? [];
      const expected = job(name);
      assert.ok(expected, name);
      assert.equal(spec.sampleLimit, expected.sample_limit, name);
      assert.equal(spec.bodySizeLimit, expected.body_size_limit, name);
      assert.equal(spec.labelLimit, expected.label_limit, name);
      assert.equal(endpoint?.interval, global.scrape_interval, name);
      assert.equal(endpoint?.scrapeTimeout, global.scrape_timeout, name);
      assert.equal(endpoint?.honorLabels, expected.honor_labels, name);
      assert.equal(endpoint?.authorization !== undefined, expected.authorization !== undefined, name);
      const relabelled = endpoint?.relabelings?.find(({ targetLabel }) => targetLabel === 'job')?.replacement;
      const labels = workloads
        .map(({ spec: { template } }) => template?.metadata.labels ?? {})
        .filter(all =>
          Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => all[key] === value),
        )
        .map(all => all[spec.jobLabel ?? '']);
      for (const label of labels) assert.equal(relabelled ?? label, name);
    }
  });

  it('give each Collector the configuration, the folders and the ports that it has', () => {
    const { dist } = parse(read('otel-collector/builder.yaml'));
    for (const { role, container, workload, text } of collectors) {
      const { mountPath } = container.volumeMounts.find(({ name }) => name === 'config') ?? {};
      assert.deepEqual(container.args, [`--config=${mountPath}/${role}.yaml`]);
      assert.deepEqual(
        Object.keys(named('ConfigMap', `otel-${role}-config`).data ?? {}),
        [`${role}.yaml`],
        workload.metadata.name,
      );
      assert.match(container.image, new RegExp(`contrib:${dist.version}$`));
      const variables = new Map(
        [...text.matchAll(/\$\{env:(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]),
      );
      for (const { name } of container.env)
        assert.ok(name === 'GOMEMLIMIT' || variables.has(name), `${role}.yaml does not read ${name}`);
      const queue = container.volumeMounts.find(({ name }) => name === 'queue')?.mountPath;
      assert.equal(queue, variables.get('OTELCOL_STORAGE'), role);
      for (const [port, variable] of [
        ['otlp-grpc', 'OTELCOL_GRPC_PORT'],
        ['otlp-http', 'OTELCOL_HTTP_PORT'],
        ['metrics', 'OTELCOL_METRICS_PORT'],
        ['pushed', 'OTELCOL_PUSHED_PORT'],
        ['health', 'OTELCOL_HEALTH_PORT'],
      ] as const)
        assert.equal(
          String(container.ports.find(({ name }) => name === port)?.containerPort),
          variables.get(variable),
          `${role} ${port}`,
        );
    }
  });

  it('lead from the application to the agent of its node, and from there to all gateways', () => {
    const endpoint = containerOf(named('Deployment', 'ykmake')).env.find(
      ({ name }) => name === 'OTEL_EXPORTER_OTLP_ENDPOINT',
    )?.value;
    const { hostname, port } = new URL(endpoint ?? '');
    const agent = named('Service', hostname);
    assert.equal(agent.spec.internalTrafficPolicy, 'Local');
    assert.equal(agent.spec.ports?.find(one => one.name === 'otlp-http')?.port, Number(port));
    const { env } = containerOf(named('DaemonSet', 'otel-agent'));
    const gateway = env.find(({ name }) => name === 'OTELCOL_GATEWAY')?.value ?? '';
    assert.equal(named('Service', gateway).spec.clusterIP, 'None');
  });
});
