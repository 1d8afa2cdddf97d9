import { ofRow } from '../../../grafana/source/links.ts';
import { applications, counters, instants, names, quotients, thresholds, windows } from './lint-queries.ts';
import { inPanels, originalPanel, type Rule, repeated, type Surroundings, when } from './lint-rule.ts';
import { type Dashboard, type Panel, panels, queriesOf } from './queries.ts';

/** With closed rows open, as somebody sees them. */
const everything = ({ panels }: Dashboard): Panel[] =>
  panels.flatMap(panel => [panel, ...(panel.panels ?? [])]);

const uniqueIds: Rule = ({ panels, ...rest }, { all }) => [
  ...repeated(everything({ panels, ...rest }).map(({ id }) => id)).map(id => `panel id ${id} is there twice`),
  ...when(all.filter(({ uid }) => uid === rest.uid).length > 1, `uid ${rest.uid} is there twice`),
];

const words = inPanels(({ title, description = '', fieldConfig }) => [
  ...when(title.trim() === '', 'no title'),
  ...when(description.length < 20, 'no description of what is shown and what to do'),
  ...when((fieldConfig?.defaults.unit ?? '') === '', 'no unit'),
]);

/** Everything from the left to the right edge is used, and nothing lies on something else. */
const grid: Rule = dashboard => {
  const area = new Map<string, string>();
  const complaints: string[] = [];
  for (const { title, gridPos } of everything(dashboard)) {
    if (gridPos.x + gridPos.w > 24) complaints.push(`"${title}" ends right of the 24th column`);
    for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        const other = area.get(`${x},${y}`);
        if (other !== undefined) return [`"${title}" lies on "${other}"`];
        area.set(`${x},${y}`, title);
      }
  }
  const height = Math.max(...everything(dashboard).map(({ gridPos }) => gridPos.y + gridPos.h));
  const holes = height * 24 - area.size;
  return [...complaints, ...when(holes > 0, `${holes} cells of the grid are empty`)];
};

const datasources: Rule = (dashboard, { datasources }) =>
  [
    ...panels(dashboard).flatMap(({ datasource, targets = [] }) => [
      datasource,
      ...targets.map(t => t.datasource),
    ]),
    ...dashboard.annotations.list.map(({ datasource }) => datasource),
    ...dashboard.templating.list.map(({ datasource }) => datasource),
  ]
    .filter(datasource => !datasources.has(datasource?.uid ?? ''))
    .map(datasource => `datasource ${JSON.stringify(datasource)} is not provisioned`);

const variableNames = (text: string): string[] =>
  [...text.matchAll(/\$(?:\{([a-z]\w*)[^}]*\}|([a-z]\w*))/g)].map(
    ([, braced, plain]) => braced ?? plain ?? '',
  );

const variables: Rule = dashboard => {
  const defined = dashboard.templating.list.map(({ name }) => name);
  const inText = new Set(variableNames(JSON.stringify([dashboard.panels, dashboard.annotations])));
  const inVariables = new Set(dashboard.templating.list.flatMap(({ query }) => variableNames(query.query)));
  // A link keeps a variable, which is no use of it here.
  const used = new Set([...queriesOf(dashboard).flatMap(({ expr }) => variableNames(expr)), ...inVariables]);
  return [
    ...[...inText, ...inVariables]
      .filter(name => !defined.includes(name))
      .map(name => `$${name} is not defined`),
    ...defined.filter(name => !used.has(name)).map(name => `$${name} is not used`),
  ];
};

const legends = inPanels(({ type, title, targets = [], options }) => {
  if (type !== 'timeseries') return [];
  const legend = options?.legend as
    | { showLegend?: boolean; displayMode?: string; calcs?: string[] }
    | undefined;
  const names = targets.map(({ legendFormat = '' }) => legendFormat);
  return [
    ...when(names.includes(''), 'a line has no name'),
    ...repeated(names).map(name => `two queries are called ${name}`),
    ...when(legend?.displayMode === 'table' && !legend.calcs?.length, 'a table of names with nothing in it'),
    ...when(
      legend?.showLegend === false && targets.length > 1 && title !== originalPanel,
      'several queries and no legend',
    ),
  ];
});

/** What a link takes from the line or the row that is clicked on must be there: a label by which every query keeps its series. */
const unknownLabels = ({ title, targets = [], fieldConfig }: Panel): string[] => {
  const taken = [
    ...JSON.stringify(fieldConfig ?? {}).matchAll(/\$\{__(?:field\.labels|data\.fields)\.(\w+)/g),
  ];
  return [...new Set(taken.map(([, label]) => label ?? ''))]
    .filter(label =>
      targets.some(({ expr = '' }) => {
        const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, labels]) => labels?.split(', ') ?? []);
        return (
          /^(sum|max|avg|count|histogram_quantile)\b/.test(expr) &&
          !kept.some(labels => labels.includes(label))
        );
      }),
    )
    .map(label => `"${title}" links with the label ${label}, which a query does not keep`);
};

/** Whoever is on call goes on from here: each link leads to a dashboard of this language, or to a runbook there is. */
const links: Rule = (dashboard, { all, alerts }) => {
  const uids = new Set(all.filter(({ tags }) => tags[0] === dashboard.tags[0]).map(({ uid }) => uid));
  const urls = [...JSON.stringify(dashboard).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url ?? '');
  return [
    ...urls.flatMap(url => {
      const uid = /^\/d\/([^?]+)\?/.exec(url)?.[1];
      if (uid !== undefined) {
        const known = all.find(other => other.uid === uid)?.templating.list.map(({ name }) => name) ?? [];
        return [
          ...when(!uids.has(uid), `links to ${uid}, which is no dashboard of this language`),
          ...[...url.matchAll(/&var-(\w+)=/g)]
            .filter(([, name]) => !known.includes(name ?? ''))
            .map(([, name]) => `links to ${uid} with $${name}, which that does not have`),
        ];
      }
      const alert = /^https:\/\/github\.com\/ykmake\/monitoring\/blob\/main\/docs\/runbooks\/(.+)\.md$/.exec(
        url,
      )?.[1];
      const isName = alert === ofRow('alertname');
      return when(
        !isName && !alerts.has(alert ?? ''),
        `links to ${url}, which is neither dashboard nor runbook`,
      );
    }),
    ...panels(dashboard).flatMap(unknownLabels),
    ...dashboard.links
      .filter(
        ({ type, tags }) => type === 'dashboards' && !all.some(other => other.tags.includes(tags?.[0] ?? '')),
      )
      .map(({ tags }) => `links to dashboards of ${tags}, of which there are none`),
  ];
};

export const rules: Readonly<Record<string, Rule>> = {
  uniqueIds,
  words,
  grid,
  datasources,
  variables,
  legends,
  links,
  applications,
  names,
  windows,
  thresholds,
  counters,
  instants,
  quotients,
};

export const complaints = (dashboard: Dashboard, surroundings: Surroundings): string[] =>
  Object.entries(rules).flatMap(([name, rule]) =>
    rule(dashboard, surroundings).map(text => `${dashboard.uid}: ${name}: ${text}`),
  );
