import assert from 'node:assert/strict';
import { globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type Answer, copyOfPrometheus, promtools, runPromtool } from './promtool.ts';
import { testFiles } from './rules.ts';
import { prometheusFolder } from './shipped.ts';

const isClean = ({ code, output }: Answer): void => assert.equal(code, 0, output);
const files = (pattern: string): string[] => globSync(pattern, { cwd: prometheusFolder }).sort();

for (const [version, promtool] of promtools)
  describe(`promtool ${version}`, { skip: promtool.skip }, () => {
    const check = (kind: string, of: readonly string[], cwd = prometheusFolder): Answer =>
      runPromtool(promtool, ['check', kind, '--lint=all', '--lint-fatal', ...of], cwd);

    /** The configuration with a token file that exists here, and a target of its own, as in a running stack. */
    const configuration = (file: string): Answer => {
      const folder = copyOfPrometheus();
      const token = path.join(folder, 'token');
      writeFileSync(token, 'token');
      const target = path.join(folder, 'targets/host.docker.internal.yml');
      renameSync(`${target}.example`, target);
      const text = readFileSync(path.join(folder, file), 'utf8');
      assert.ok(text.includes('/run/secrets/metrics_token'));
      writeFileSync(path.join(folder, file), text.replaceAll('/run/secrets/metrics_token', token));
      return check('config', [file], folder);
    };

    it('finds nothing to object to in the rules', () => isClean(check('rules', files('rules/*.yml'))));

    for (const file of ['prometheus.yml', 'remote-write.yml'])
      it(`takes ${file}, with its rules, its token and a target on the host, without a warning`, () => {
        const answer = configuration(file);
        isClean(answer);
        assert.doesNotMatch(answer.output, /WARN/);
      });

    it(`${version.startsWith('2') ? 'refuses' : 'takes'} prometheus-3.yml`, () => {
      const { code, output } = configuration('prometheus-3.yml');
      if (version.startsWith('2')) assert.match(output, /field scrape_protocols not found/);
      else assert.equal(code, 0, output);
    });

    it('objects to a rule that is there twice, and to a setting that does not exist', () => {
      const folder = copyOfPrometheus();
      const rules = readFileSync(path.join(folder, 'rules/node.yml'), 'utf8');
      const [, first = ''] = rules.split(/^(?= {6}- alert: )/m);
      writeFileSync(path.join(folder, 'rules/node.yml'), `${rules}\n${first}`);
      assert.match(check('rules', ['rules/node.yml'], folder).output, /duplicate rule/);
      writeFileSync(path.join(folder, 'prometheus.yml'), 'global: { scrape_intervall: 15s }\n');
      assert.match(check('config', ['prometheus.yml'], folder).output, /field scrape_intervall not found/);
    });

    for (const { name } of testFiles)
      it(`passes ${name}`, () =>
        isClean(runPromtool(promtool, ['test', 'rules', `tests/${name}`], prometheusFolder)));
  });
