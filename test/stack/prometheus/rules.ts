import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { prometheusFolder } from './shipped.ts';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Alert extends Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Group {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

export interface RuleFile {
  /** `slo.yml` */
  readonly name: string;
  readonly groups: readonly Group[];
}

interface Expected {
  readonly exp_labels?: Readonly<Record<string, string>>;
}

export interface AlertCase {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts?: readonly Expected[];
}

export interface TestFile {
  /** `slo-days.test.yml` */
  readonly name: string;
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly { readonly name: string; readonly alert_rule_test?: readonly AlertCase[] }[];
}

const read = <Content>(folder: string): (Content & { readonly name: string })[] =>
  globSync('*.yml', { cwd: path.join(prometheusFolder, folder) })
    .sort()
    .map(name => ({ ...parse(readFileSync(path.join(prometheusFolder, folder, name), 'utf8')), name }));

export const ruleFiles: readonly RuleFile[] = read<RuleFile>('rules');
export const testFiles: readonly TestFile[] = read<TestFile>('tests');

export const isAlert = (rule: Rule): rule is Alert => rule.alert !== undefined;
export const rulesOf = (file: RuleFile): readonly Rule[] => file.groups.flatMap(({ rules }) => rules);
export const allRules: readonly Rule[] = ruleFiles.flatMap(rulesOf);
export const alerts: readonly Alert[] = allRules.filter(isAlert);

/** Those that never wait, and why. */
export const withoutFor: Readonly<Record<string, string>> = {
  RestartedOften: 'the restarts have happened, waiting does not make them truer',
  Watchdog: 'it fires always',
};

const units: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };
/** Seconds of a duration of Prometheus: `1h30m`. */
export const seconds = (duration: string): number =>
  [...duration.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? Number.NaN),
    0,
  );

/** Whether a firing alert is of this rule, and not of another one of the same name. */
export const isOf = (rule: Alert, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(rule.labels).every(([name, value]) => labels[name] === value);
