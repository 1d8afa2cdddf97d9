import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { promtool2 } from '../programs.ts';
import { type Mutant, mutants } from './mutants.ts';
import { copyOfPrometheus, runPromtool } from './promtool.ts';
import { type Alert, alerts, isAlert, isOf, type RuleFile, ruleFiles, rulesOf, testFiles } from './rules.ts';

type Labels = Readonly<Record<string, string>>;

const labelsIn = (text: string): Labels[] =>
  [...text.matchAll(/Labels:\{(.*)\}/g)].map(([, labels = '']) =>
    Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );

/** What promtool says of an alert at one moment: what it expected, and what it got. */
const failures = (output: string): { alert: string; expected: Labels[]; got: Labels[] }[] =>
  [...output.matchAll(/alertname: (\w+), time: [^\n]*\n\s+exp:\[(.*?)\], *\n\s+got:\[(.*?)\] *\n/gs)].map(
    ([, alert = '', expected = '', got = '']) => ({
      alert,
      expected: labelsIn(expected),
      got: labelsIn(got),
    }),
  );

/** Whether the tests failed because of this rule, and not because of another one, in this file or of this name. */
const isNoticed = (rule: Alert, output: string): boolean =>
  failures(output).some(({ alert, expected, got }) => {
    const ofIt = (all: readonly Labels[]): string => JSON.stringify(all.filter(labels => isOf(rule, labels)));
    return alert === rule.alert && ofIt(expected) !== ofIt(got);
  });

/** Rules do not know of each other, so that each of a file may have its n-th mistake in the same run. */
const notNoticed = (file: RuleFile, folder: string): string[] => {
  const mistakes = new Map<unknown, readonly Mutant[]>(
    rulesOf(file)
      .filter(isAlert)
      .map(alert => [alert, mutants(alert)]),
  );
  const tests = testFiles
    .filter(test => test.rule_files.includes(`../rules/${file.name}`))
    .filter(test => test.tests.some(({ alert_rule_test: cases = [] }) => cases.length > 0))
    .map(test => `tests/${test.name}`);
  const runs = Math.max(...[...mistakes.values()].map(({ length }) => length), 0);
  return Array.from({ length: runs }).flatMap((_, n) => {
    const groups = file.groups.map(group => ({
      ...group,
      rules: group.rules.map(rule => mistakes.get(rule)?.[n]?.rule ?? rule),
    }));
    writeFileSync(path.join(folder, 'rules', file.name), stringify({ groups }));
    const { output } = runPromtool(promtool2, ['test', 'rules', ...tests], folder);
    assert.doesNotMatch(
      output,
      /could not parse/,
      'a mistake that Prometheus itself would refuse proves nothing',
    );
    return [...mistakes.values()].flatMap(({ [n]: mutant }) =>
      mutant === undefined || isNoticed(mutant.rule, output)
        ? []
        : `${mutant.rule.alert} ${JSON.stringify(mutant.rule.labels)} ${mutant.mistake}`,
    );
  });
};

describe('a mistake in an alert', { skip: promtool2.skip }, () => {
  it('can be made in every one that has a condition', () => {
    const without = alerts.filter(alert => mutants(alert).length === 0).map(({ alert }) => alert);
    assert.deepEqual(without, ['Watchdog']);
    assert.ok(alerts.flatMap(mutants).length > 150, `only ${alerts.flatMap(mutants).length} mistakes`);
  });

  for (const file of ruleFiles.filter(file => rulesOf(file).some(isAlert)))
    it(`of ${file.name} is noticed by its tests, whichever it is`, () =>
      assert.deepEqual(notNoticed(file, copyOfPrometheus()), []));

  it('is what makes them fail: they pass without one', () => {
    const [file] = ruleFiles.filter(({ name }) => name === 'node.yml');
    const alert = file && rulesOf(file).find(isAlert);
    assert.ok(file && alert);
    const folder = copyOfPrometheus();
    writeFileSync(path.join(folder, 'rules/node.yml'), stringify({ groups: file.groups }));
    const { code, output } = runPromtool(promtool2, ['test', 'rules', 'tests/node.test.yml'], folder);
    assert.equal(code, 0, output);
    assert.ok(!isNoticed(alert, output));
  });
});
