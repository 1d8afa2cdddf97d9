import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { amtool25, amtool33 } from '../programs.ts';
import { configurationHere, replaced } from './alertmanager-server.ts';

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Every alert that Prometheus may send, with its own labels. */
const alerts: readonly (readonly [name: string, labels: Readonly<Record<string, string>>])[] = globSync(
  'prometheus/rules/*.yml',
  { cwd: root },
)
  .flatMap(
    file => (parse(readFileSync(path.join(root, file), 'utf8')) as { groups: { rules: Rule[] }[] }).groups,
  )
  .flatMap(({ rules }) => rules)
  .flatMap(({ alert, labels = {} }) => (alert === undefined ? [] : [[alert, labels] as const]));

/** Source: the comments of alertmanager.yml. */
const receivers: Readonly<Record<string, string>> = {
  critical: 'page',
  warning: 'ticket',
  info: 'ticket',
  none: 'nobody',
};

const folder = mkdtempSync(path.join(tmpdir(), 'amtool-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const run = promisify(execFile);

for (const [version, program] of [
  ['0.25', amtool25],
  ['0.33', amtool33],
] as const) {
  describe(`amtool ${version}`, { skip: program.skip }, async () => {
    const file = path.join(folder, `${version}.yml`);
    const amtool = (...args: readonly string[]): Promise<string> =>
      run(program.path, [...args]).then(({ stdout }) => stdout);
    const check = async (configuration: string): Promise<string> => {
      writeFileSync(file, configuration);
      return amtool('check-config', file);
    };

    it('takes the configuration and its two files of templates', async () => {
      writeFileSync(file, await configurationHere(folder));
      const { stdout: output, stderr } = await run(program.path, ['check-config', file]);
      assert.match(output, /SUCCESS/);
      assert.match(output, /- 4 inhibit rules/);
      assert.match(output, /- 4 receivers/);
      assert.match(output, /- 1 templates/);
      // A matcher of the old grammar is taken with a warning.
      assert.doesNotMatch(output + stderr, /WARN|incompatible/);
    });

    it('refuses a receiver that is none, an unknown key and a broken template (control)', async () => {
      const good = await configurationHere(folder);
      const broken = path.join(folder, 'broken.tmpl');
      writeFileSync(broken, '{{ define "x" }}{{ end');
      for (const bad of [
        replaced(good, 'receiver: heartbeat', 'receiver: heartbeats'),
        replaced(good, 'send_resolved: true', 'send_resolve: true'),
        replaced(good, /- \/.*\*\.tmpl/g, `- ${broken}`),
      ])
        await assert.rejects(check(bad), bad);
    });

    it('takes the commented ways: a token of Slack, a dead man’s switch', async () => {
      const shipped = await configurationHere(folder);
      const token = replaced(shipped, /# (?=api_url: |channel: |http_config: )/g, '');
      const heartbeat = replaced(
        replaced(token, / +api_url_file: .*\n/g, ''),
        / {2}# (webhook_configs: .*)\n {2}- name: heartbeat/g,
        "  - name: heartbeat\n    webhook_configs: [{ url: 'https://example.org/', send_resolved: false }]",
      );
      assert.match(await check(heartbeat), /SUCCESS/);
    });

    it('finds the receiver of every alert of the rules, and of severities that no rule has', async () => {
      await check(await configurationHere(folder));
      const receiverOf = async (labels: Readonly<Record<string, string>>): Promise<string> => {
        const pairs = Object.entries(labels).flatMap(([name, value]) =>
          value === '' ? [] : `${name}=${value}`,
        );
        return (await amtool('config', 'routes', 'test', `--config.file=${file}`, ...pairs)).trim();
      };
      assert.ok(alerts.length > 0, 'no alerts in prometheus/rules');
      const seen = new Map<string, readonly [expected: string, found: string]>();
      for (const [alertname, labels] of alerts) {
        const severity = labels.severity ?? '';
        const expected = alertname === 'Watchdog' ? 'heartbeat' : receivers[severity];
        assert.ok(expected, `${alertname} has the unknown severity "${severity}"`);
        const key = `${alertname} ${severity}`;
        if (!seen.has(key))
          seen.set(key, [expected, await receiverOf({ ...labels, alertname, job: 'ykmake' })]);
      }
      for (const [severity, expected] of Object.entries({ ...receivers, novel: 'ticket', '': 'ticket' }))
        seen.set(`Other ${severity}`, [expected, await receiverOf({ alertname: 'Other', severity })]);
      for (const [alert, [expected, found]] of seen) assert.equal(found, expected, alert);
    });
  });
}
