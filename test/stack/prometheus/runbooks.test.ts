import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { knownNames, metricNames } from '../metric-names.ts';
import { alerts, allRules } from './rules.ts';

const docs = path.join(import.meta.dirname, '../../../docs');
const text = (file: string): string => readFileSync(path.join(docs, file), 'utf8');
const runbooks = globSync('runbooks/*.md', { cwd: docs }).sort();
const pages = [...runbooks, 'alerts.md'];

/** The parts of the stack, as Compose calls them. */
const services = [
  'app',
  'otel-collector',
  'otel-collector-health',
  'prometheus',
  'alertmanager',
  'grafana',
  'tempo',
  'loki',
  'postgres',
];
const verbs = 'ps|logs|exec|restart|up|kill|run|stop';

/** Names of services in a command: what follows the verb, without options and without what runs in the container. */
const servicesIn = (command: string): string[] => {
  const [, verb = '', rest = ''] =
    new RegExp(`^docker compose(?: --profile \\w+)? (${verbs})\\b(.*)$`).exec(command) ?? [];
  const words = (rest.split('|')[0] ?? '')
    .replace(/-s SIGHUP|--scale \w+=\d+/g, '')
    .trim()
    .split(/\s+/);
  const names = words.filter(word => /^[a-z]/.test(word));
  return verb === 'exec' || verb === 'run' ? names.slice(0, 1) : names;
};

describe('runbooks', () => {
  it('are of alerts that exist', () => {
    const names = [...new Set(alerts.map(({ alert }) => `runbooks/${alert}.md`))].sort();
    assert.deepEqual(runbooks, names);
  });

  it('ask Prometheus in PromQL, for metrics that are there', () => {
    const known = knownNames();
    const asked = pages.flatMap(page =>
      [...text(page).matchAll(/```promql\n(.*?)```/gs)].map(([, query = '']) => ({ page, query })),
    );
    assert.ok(asked.length > 40, `only ${asked.length} queries`);
    const unknown = asked.flatMap(({ page, query }) =>
      [...metricNames(query)].filter(name => !known.has(name)).map(name => `${page}: ${name}`),
    );
    assert.deepEqual(unknown, []);
    for (const page of runbooks) assert.match(text(page), /```promql/, `${page} has no query`);
  });

  it('name parts of the stack that Compose knows', () => {
    const commands = pages.flatMap(page =>
      [...text(page).matchAll(/docker compose [^`\n]+/g)].map(([command]) => ({ page, command })),
    );
    assert.ok(commands.length > 30, `only ${commands.length} commands`);
    const wrong = commands.filter(({ command }) => {
      const names = servicesIn(command);
      return names.some(name => !services.includes(name));
    });
    assert.deepEqual(wrong, []);
    assert.deepEqual(servicesIn('docker compose logs --since=15m colector | grep x'), ['colector']);
  });

  it('name settings that exist', () => {
    const settings = text('configuration.md');
    const named = pages.flatMap(
      page => text(page).match(/\b(MONITORING|OTEL|SENTRY|SLACK|LOG)_[A-Z_]+\b/g) ?? [],
    );
    const unknown = [...new Set(named)].filter(name => !settings.includes(`\`${name}\``));
    assert.deepEqual(unknown, []);
  });

  it('link to pages that exist', () => {
    const links = pages.flatMap(page =>
      [...text(page).matchAll(/\]\((?!http)([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => ({ page, to })),
    );
    const missing = links.filter(({ page, to }) => !existsSync(path.join(docs, path.dirname(page), to)));
    assert.deepEqual(missing, []);
  });
});

describe('docs/alerts.md', () => {
  it('lists every alert with its severities and its patience, and no other', () => {
    const listed = [
      ...text('alerts.md').matchAll(/^\| \[(\w+)\]\(runbooks\/\w+\.md\) \| ([^|]+) \| ([^|]+) \|/gm),
    ].map(([, alert = '', severities = '', waits = '']) => [alert, severities, waits] as const);
    const unique = (all: readonly string[]): string => [...new Set(all)].join(', ');
    const real = [...new Set(alerts.map(({ alert }) => alert))].map(name => {
      const rules = alerts.filter(({ alert }) => alert === name);
      return [
        name,
        unique(rules.map(rule => rule.labels.severity ?? '')),
        unique(rules.map(rule => rule.for ?? '–')),
      ];
    });
    assert.deepEqual(listed.map(row => row.join(' | ')).sort(), real.map(row => row.join(' | ')).sort());
  });

  it('lists every series that is recorded', () => {
    const page = text('alerts.md');
    const missing = allRules
      .flatMap(({ record }) => record ?? [])
      .filter(name => !page.includes(name.replace(/^job_slo:error_ratio(?=:)/, '')));
    assert.deepEqual(missing, []);
  });
});
