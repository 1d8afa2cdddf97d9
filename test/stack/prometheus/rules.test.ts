import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { knownNames, metricNames } from '../metric-names.ts';
import {
  type Alert,
  alerts,
  allRules,
  isOf,
  seconds,
  type TestFile,
  testFiles,
  withoutFor,
} from './rules.ts';

const runbooks = path.join(import.meta.dirname, '../../../docs/runbooks');
const dashboards = ['overview', 'routes', 'database', 'runtime', 'errors', 'pipeline', 'slo'];

/** What is wrong with an alert as somebody woken by it would see it. */
const complaints = (alert: Alert): string[] => {
  const { severity } = alert.labels;
  const { summary = '', description = '', runbook_url = '', dashboard = '' } = alert.annotations;
  const uid = /^d\/ykmake-(\w+)(\?var-|$)/.exec(dashboard)?.[1];
  return [
    ['critical', 'warning', 'info', 'none'].includes(severity ?? '') ? [] : `severity is ${severity}`,
    summary.length > 0 && summary.length < 120 ? [] : `summary has ${summary.length} characters`,
    description.length > 60 ? [] : `description is "${description}"`,
    runbook_url === `https://github.com/ykmake/monitoring/blob/main/docs/runbooks/${alert.alert}.md`
      ? []
      : `runbook_url is ${runbook_url}`,
    uid !== undefined && dashboards.includes(uid) ? [] : `dashboard is ${dashboard}`,
    alert.for !== undefined || alert.alert in withoutFor ? [] : 'neither for nor a reason to have none',
  ].flat();
};

const sections = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation'];
const headings = (runbook: string): string[] =>
  [...runbook.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name);

/**
 * What the test files lack for a rule: a moment at which it fires, and the evaluation before, at which it does not.
 * Of Watchdog only the first, as it always fires.
 */
const untested = (alert: Alert, files: readonly TestFile[]): string[] => {
  const firing = files.flatMap(file =>
    file.tests.flatMap(({ name, alert_rule_test: cases = [] }) => {
      const fires = (time: number): boolean | undefined =>
        cases
          .filter(({ alertname, eval_time }) => alertname === alert.alert && seconds(eval_time) === time)
          .map(({ exp_alerts = [] }) => exp_alerts.some(({ exp_labels = {} }) => isOf(alert, exp_labels)))[0];
      return cases
        .map(({ eval_time }) => seconds(eval_time))
        .filter(time => fires(time) === true)
        .map(time => ({ name, before: fires(time - seconds(file.evaluation_interval)) }));
    }),
  );
  const quiet = files.some(({ tests }) =>
    tests.some(({ alert_rule_test: cases = [] }) => {
      const ofIt = cases.filter(({ alertname }) => alertname === alert.alert);
      return ofIt.length > 0 && ofIt.every(({ exp_alerts = [] }) => exp_alerts.length === 0);
    }),
  );
  // What looks alike is beside what fires, in the same test: other jobs, the same 200 paths.
  const isBeside = alert.labels.window !== undefined || alert.alert === 'PathCardinalityHigh';
  return [
    firing.length > 0 ? [] : 'never fires in a test',
    firing.some(({ before }) => before === false) || alert.alert === 'Watchdog'
      ? []
      : 'no test says that it is quiet one evaluation before it fires',
    quiet || isBeside || alert.alert === 'Watchdog' ? [] : 'no test has what only looks like it',
  ].flat();
};

describe('alerts', () => {
  it('say how bad they are, what is broken, and where to look and read', () => {
    const found = alerts.flatMap(alert => complaints(alert).map(what => `${alert.alert}: ${what}`));
    assert.deepEqual(found, []);
  });

  it('that say less are found out', () => {
    const [alert] = alerts;
    assert.ok(alert);
    const { for: _, ...bare } = alert;
    const spoilt: Alert = { ...bare, labels: { severity: 'page' }, annotations: { dashboard: 'd/other' } };
    assert.equal(complaints(spoilt).length, 6, complaints(spoilt).join('\n'));
  });

  it('have a runbook of four sections each', () => {
    for (const name of new Set(alerts.map(({ alert }) => alert))) {
      const file = path.join(runbooks, `${name}.md`);
      assert.ok(existsSync(file), `${name} has no ${file}`);
      const runbook = readFileSync(file, 'utf8');
      assert.deepEqual(headings(runbook), sections, file);
      assert.ok(runbook.startsWith(`# ${name}\n`), `${file} is headed ${runbook.split('\n')[0]}`);
    }
  });

  it('are each tested one evaluation before they fire, when they fire, and with what only looks alike', () => {
    const found = alerts.flatMap(alert =>
      untested(alert, testFiles).map(what => `${alert.alert} ${JSON.stringify(alert.labels)}: ${what}`),
    );
    assert.deepEqual(found, []);
  });

  it('whose name is mistyped in a test count as not tested', () => {
    const mistyped = JSON.parse(JSON.stringify(testFiles).replaceAll('"CpuHigh"', '"CpuHihg"')) as TestFile[];
    const alert = alerts.find(({ alert }) => alert === 'CpuHigh');
    assert.ok(alert);
    assert.equal(untested(alert, testFiles).length, 0);
    assert.equal(untested(alert, mistyped).length, 3);
  });

  it('that are tested exist', () => {
    const names = new Set(alerts.map(({ alert }) => alert));
    const tested = testFiles.flatMap(({ tests }) => tests.flatMap(test => test.alert_rule_test ?? []));
    assert.deepEqual(
      tested.map(({ alertname }) => alertname).filter(name => !names.has(name)),
      [],
    );
  });
});

describe('rules', () => {
  it('use no metric that nobody exposes or records', () => {
    const known = knownNames();
    const unknown = allRules.flatMap(rule =>
      [...metricNames(rule.expr)]
        .filter(name => !known.has(name))
        .map(name => `${name} in ${rule.alert ?? rule.record}`),
    );
    assert.deepEqual(unknown, []);
    assert.ok(!known.has('http_request_total'), 'a mistyped name would not be noticed');
  });

  it('ask for no bucket that reads otherwise in another format of the page', () => {
    const bounds = allRules.flatMap(({ expr }) =>
      [...expr.matchAll(/\ble=~?"([^"]+)"/g)].map(([, le]) => le),
    );
    assert.deepEqual([...new Set(bounds)], ['0.5']);
  });
});
