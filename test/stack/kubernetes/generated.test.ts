import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { folder, manifests, named } from './manifests.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const check = (...folders: readonly string[]) =>
  spawnSync(process.execPath, [path.join(root, 'scripts/kubernetes.ts'), '--check', ...folders], {
    encoding: 'utf8',
  });

describe('what scripts/kubernetes.ts writes', () => {
  it('is current', () => {
    const { status, stderr } = check();
    assert.equal(status, 0, stderr);
  });

  it('is named where it is not (control)', () => {
    const copy = mkdtempSync(path.join(tmpdir(), 'generated-'));
    try {
      cpSync(path.join(folder, 'generated'), copy, { recursive: true });
      assert.equal(check(copy).status, 0);
      appendFileSync(path.join(copy, 'prometheus-rules.yaml'), '# by hand\n');
      rmSync(path.join(copy, 'collector-agent-config.yaml'));
      const { status, stderr } = check(copy);
      assert.equal(status, 1);
      assert.match(stderr, /prometheus-rules\.yaml is out of date: run "npm run kubernetes"/);
      assert.match(stderr, /collector-agent-config\.yaml is out of date/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('has every group of every file of rules, and nothing else', () => {
    const rules = manifests.filter(({ kind }) => kind === 'PrometheusRule');
    const files = globSync('prometheus/rules/*.yml', { cwd: root });
    assert.ok(files.length > 0);
    assert.equal(rules.length, files.length);
    for (const file of files) {
      const { spec } = named('PrometheusRule', `ykmake-${path.basename(file, '.yml')}`);
      assert.deepEqual(spec, parse(read(file)), file);
    }
  });

  it('has the Collector’s configurations to the letter', () => {
    for (const [name, file] of [
      ['otel-agent-config', 'agent.yaml'],
      ['otel-gateway-config', 'gateway.yaml'],
    ] as const)
      assert.deepEqual(named('ConfigMap', name).data, { [file]: read(`otel-collector/${file}`) });
  });

  it('is small enough for `kubectl apply`, which keeps each object in an annotation', () => {
    for (const manifest of manifests) {
      const bytes = Buffer.byteLength(JSON.stringify(manifest));
      assert.ok(bytes < 262_144, `${manifest.kind} ${manifest.metadata.name} has ${bytes} bytes`);
    }
  });
});
