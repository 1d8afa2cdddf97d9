import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { root } from '../../child.ts';
import { kubectlValidate, kustomize, monitoringCrds } from '../programs.ts';
import { containerOf, folder, type Manifest, manifests, named, resources } from './manifests.ts';

const run = promisify(execFile);
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const temporary = mkdtempSync(path.join(tmpdir(), 'kubernetes-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

/** What the API server of a version says of files; rejects where it refuses one. */
const validate = async (version: string, ...files: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await run(kubectlValidate.path, [
    ...['--version', version, '--local-crds', monitoringCrds],
    ...files,
  ]);
  return stripVTControlCharacters(stdout + stderr);
};

/** A shipped file with one thing changed, as a file of its own. */
const changed = (file: string, from: string, to: string): string => {
  const text = readFileSync(path.join(folder, file), 'utf8');
  assert.ok(text.includes(from), `no ${from} in ${file}`);
  const copy = path.join(temporary, 'changed.yaml');
  writeFileSync(copy, text.replace(from, to));
  return copy;
};

describe('the schemas of Kubernetes and of the Prometheus Operator', { skip: kubectlValidate.skip }, () => {
  // The oldest and the newest that the program brings.
  for (const version of ['1.27', '1.30'])
    it(`take every object in Kubernetes ${version}`, async () => {
      const output = await validate(version, ...resources.map(file => path.join(folder, file)));
      assert.equal(output.match(/\.\.\.OK/g)?.length, resources.length, output);
    });

  for (const [what, file, from, to] of [
    ['an unknown key', 'application.yaml', 'terminationGracePeriodSeconds', 'terminationGraceSeconds'],
    ['an unknown key deep within', 'application.yaml', 'readOnlyRootFilesystem', 'readonlyRootFilesystem'],
    ['a text in place of a number', 'application.yaml', 'containerPort: 9464', "containerPort: '9464'"],
    ['a missing key', 'application.yaml', '  selector:\n    matchLabels: *labels\n', ''],
    ['an unknown key of a PodMonitor', 'pod-monitors.yaml', 'authorization:', 'authorisation:'],
    ['a duration that is none', 'pod-monitors.yaml', 'interval: 15s', 'interval: 15 s'],
    ['an unknown key of a rule', 'generated/prometheus-rules.yaml', '- alert:', '- alerts:'],
  ] as const)
    it(`refuse ${what} (control)`, async () => {
      await assert.rejects(validate('1.30', changed(file, from, to)), { code: 1 });
    });
});

describe('kustomize', { skip: kustomize.skip }, () => {
  it('builds all objects and no others, into any namespace', async () => {
    const { stdout } = await run(kustomize.path, ['build', folder], { maxBuffer: 16 * 1024 * 1024 });
    const built = parseAllDocuments(stdout).map(document => document.toJS() as Manifest);
    const names = (all: readonly Manifest[]): readonly string[] =>
      all.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort();
    assert.deepEqual(names(built), names(manifests));
    assert.deepEqual(
      built.filter(({ metadata }) => metadata.namespace !== undefined),
      [],
    );
  });

  it('builds the overlay of docs/kubernetes.md: namespace, image, and the label of a release', async () => {
    const [, overlay = ''] =
      /```yaml\n(# kustomization\.yaml\n[\s\S]*?)```/.exec(read('docs/kubernetes.md')) ?? [];
    const here = overlay.replace(/resources: .*/, `resources: ['${path.relative(temporary, folder)}']`);
    assert.notEqual(here, overlay);
    writeFileSync(path.join(temporary, 'kustomization.yaml'), here);
    const { stdout } = await run(kustomize.path, ['build', temporary], { maxBuffer: 16 * 1024 * 1024 });
    const built = parseAllDocuments(stdout).map(document => document.toJS() as Manifest);
    assert.equal(built.length, manifests.length);
    for (const { metadata } of built) {
      assert.equal(metadata.namespace, 'shop', metadata.name);
      assert.equal(metadata.labels?.release, 'kube-prometheus-stack', metadata.name);
    }
    assert.equal(containerOf(named('Deployment', 'ykmake', built)).image, 'registry.example.org/shop:1.4.2');
  });
});
