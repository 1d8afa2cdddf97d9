import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { knownNames } from '../metric-names.ts';
import { complaints, rules } from './lint.ts';
import { originalPanel, type Surroundings } from './lint-rule.ts';
import { type Dashboard, dashboards, dashboardsFolder, type Panel, panels } from './queries.ts';

const root = path.join(dashboardsFolder, '../..');
const { datasources } = parse(
  readFileSync(path.join(root, 'grafana/provisioning/datasources/datasources.yaml'), 'utf8'),
) as { datasources: { uid: string }[] };

const alertRules = globSync('prometheus/rules/*.yml', { cwd: root }).flatMap(file => {
  const { groups } = parse(readFileSync(path.join(root, file), 'utf8')) as {
    groups: { rules: { alert?: string; expr: string; labels?: object }[] }[];
  };
  return groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
});
const alerts = Map.groupBy(alertRules, ({ alert = '' }) => alert);

const surroundings = (all: readonly Dashboard[]): Surroundings => ({
  all,
  datasources: new Set(datasources.map(({ uid }) => uid)),
  metricNames: knownNames(),
  alerts,
});

const committed = dashboards();
/** JSON is changed as nothing in TypeScript would let one. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = any;

/** Each breaks a rule in one place: of the overview, or of the panel with this title. */
const breaks: Readonly<Record<keyof typeof rules, readonly ((overview: Loose) => void)[]>> = {
  uniqueIds: [
    overview => {
      overview.panels[1].id = overview.panels[0].id;
    },
    overview => {
      overview.uid = 'ykmake-routes';
    },
  ],
  words: [
    overview => {
      delete panel(overview, 'Error ratio').fieldConfig.defaults.unit;
    },
    overview => {
      panel(overview, 'Error ratio').description = 'Errors';
    },
    overview => {
      panel(overview, 'Error ratio').title = ' ';
    },
  ],
  grid: [
    overview => {
      panel(overview, 'Error ratio').gridPos.x -= 1;
    },
    overview => {
      panel(overview, originalPanel).gridPos.w -= 1;
    },
    overview => {
      panel(overview, originalPanel).gridPos.w += 1;
    },
  ],
  datasources: [
    overview => {
      panel(overview, 'Error ratio').targets[0].datasource.uid = 'prom';
    },
    overview => {
      panel(overview, 'Error ratio').datasource = null;
    },
    overview => {
      overview.annotations.list[0].datasource.uid = '-- Mixed --';
    },
  ],
  variables: [
    overview => {
      overview.templating.list.push({ ...overview.templating.list[1], name: 'region' });
    },
    overview => {
      overview.templating.list = overview.templating.list.slice(0, 1);
    },
    overview => {
      panel(overview, 'Routes').fieldConfig.overrides[1].properties[1].value[0].url += '&var-x=$region';
    },
  ],
  legends: [
    overview => {
      panel(overview, 'Duration of requests').targets[0].legendFormat = '';
    },
    overview => {
      panel(overview, 'Duration of requests').targets[0].legendFormat = 'p99';
    },
    overview => {
      panel(overview, 'Duration of requests').options.legend.showLegend = false;
    },
    overview => {
      panel(overview, 'Duration of requests').options.legend.calcs = [];
    },
  ],
  links: [
    overview => {
      panel(overview, 'Error ratio').fieldConfig.defaults.links[0].url = '/d/ykmake-route?x';
    },
    overview => {
      panel(overview, 'Error ratio').fieldConfig.defaults.links[0].url = '/d/ykmake-routes-ko?x';
    },
    overview => {
      panel(overview, 'Error ratio').links[0].url = 'https://example.com/';
    },
    overview => {
      panel(overview, 'Error ratio').links[0].url += '.md';
    },
    overview => {
      overview.links[0].tags = ['ykmak'];
    },
    overview => {
      panel(overview, originalPanel).fieldConfig.defaults.links[0].url += '&var-route=x';
    },
    overview => {
      panel(overview, originalPanel).targets[0].expr = 'sum by (path) (rate(http_requests_total[5m]))';
    },
    overview => query(overview, 'Routes', 'by (method, path)', 'by (path)'),
  ],
  applications: [
    overview => query(overview, 'CPU, of one core', 'job="$job",', ''),
    overview => query(overview, 'Availability budget left', 'job="$job",', ''),
  ],
  names: [overview => query(overview, 'CPU, of one core', 'process_cpu_seconds_total', 'process_cpu_total')],
  windows: [
    overview => query(overview, 'CPU, of one core', '$__rate_interval', '5m'),
    overview => query(overview, 'Routes', '$__range]', '1h]'),
  ],
  thresholds: [
    overview => {
      panel(overview, 'CPU, of one core').fieldConfig.defaults.thresholds.steps[1].value = 0.8;
    },
  ],
  counters: [
    overview => {
      panel(overview, 'CPU, of one core').targets[0].expr = 'sum(process_cpu_seconds_total)';
    },
    overview => query(overview, 'Routes', ' unless resets(', ' unless changes('),
    overview => {
      panel(overview, 'CPU, of one core').targets[0].expr =
        'rate(sum(process_cpu_seconds_total)[$__rate_interval:])';
    },
    overview => {
      panel(overview, 'Routes').targets[0].expr = 'sum by (path) (increase(http_requests_total[$__range]))';
    },
  ],
  instants: [
    overview => {
      delete panel(overview, 'Error ratio').maxDataPoints;
    },
    overview => {
      panel(overview, 'Error ratio').targets[0].instant = false;
    },
    overview => {
      panel(overview, 'Duration of requests').targets[0].instant = true;
    },
    overview => {
      panel(overview, 'Routes').targets[0].format = 'time_series';
    },
  ],
  quotients: [
    overview => query(overview, 'Error ratio', ' > 0)', ')'),
    overview => query(overview, 'Duration, 95 % within', ' >= 0', ''),
  ],
};

const panel = (dashboard: Loose, title: string): Loose => {
  const found = panels(dashboard as Dashboard).find((panel: Panel) => panel.title === title);
  assert.ok(found, `no panel "${title}"`);
  return found;
};

const query = (dashboard: Loose, title: string, from: string, to: string): void => {
  const [target] = panel(dashboard, title).targets;
  const changed = target.expr.replaceAll(from, to);
  assert.notEqual(changed, target.expr, `nothing to break in ${target.expr}`);
  target.expr = changed;
};

/** Labels that a rule gives its alerts, or by which its query keeps their series. */
const labelsOfAlerts = new Set(
  alertRules.flatMap(({ expr, labels = {} }) => [
    ...Object.keys(labels),
    ...[...expr.matchAll(/\bby \(([^)]+)\)/g)].flatMap(([, by]) => by?.split(', ') ?? []),
  ]),
);

describe('the list of firing alerts', () => {
  const firing = committed.flatMap(panels).find(({ title }) => title === 'Firing alerts');
  const unseen = (expr: string): string[] =>
    [...labelsOfAlerts].filter(label => !new RegExp(`[ "(]${label}[",)]`).test(expr)).sort();

  it('has a row for each of them: no two are one for want of a label', () => {
    const expr = firing?.targets?.[0]?.expr ?? '';
    // Its other words are those of `signal`.
    assert.deepEqual(unseen(expr), ['hop']);
    // Negative control.
    assert.deepEqual(unseen(expr.replace('"signal", ', '')), ['hop', 'signal']);
  });
});

describe('the dashboards', () => {
  it('break no rule', () => {
    assert.equal(committed.length, 14);
    assert.deepEqual(
      committed.flatMap(dashboard => complaints(dashboard, surroundings(committed))),
      [],
    );
  });

  for (const [rule, changes] of Object.entries(breaks))
    it(`are looked at by the rule "${rule}": ${changes.length} ways to break it are seen`, () => {
      for (const change of changes) {
        const all = structuredClone(committed);
        const overview = all.find(({ uid }) => uid === 'ykmake-overview');
        assert.ok(overview);
        change(overview);
        const seen = rules[rule]?.(overview, surroundings(all));
        assert.notDeepEqual(seen, [], `not seen: ${change}`);
      }
    });

  it('have a way to break each of the rules', () => {
    assert.deepEqual(Object.keys(breaks).sort(), Object.keys(rules).sort());
  });
});
