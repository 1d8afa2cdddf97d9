import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardName, Language } from './language.ts';

/** A link on a value, a line or a row of a panel. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
}

/** Variables that the dashboard of a link has, and that stay as they are chosen. */
export const jobOnly: readonly string[] = ['job'];
const jobAndInstance: readonly string[] = ['job', 'instance'];

export const toDashboard = (
  language: Language,
  name: DashboardName,
  title: string,
  variables: Readonly<Record<string, string>> = {},
  kept: readonly string[] = jobAndInstance,
): DataLink => ({
  title,
  url: `/d/${language.uid(name)}?\${__url_time_range}${kept.map(name => `&\${${name}:queryparam}`).join('')}${Object.entries(
    variables,
  )
    .map(([variable, value]) => `&var-${variable}=${value}`)
    .join('')}`,
});

/** A label of the line that is clicked on. */
export const ofLine = (label: string): string => `\${__field.labels.${label}:percentencode}`;

/** A column of the row that is clicked on. */
export const ofRow = (column: string): string => `\${__data.fields.${column}:percentencode}`;

export const toRoute = (
  language: Language,
  value: typeof ofLine | typeof ofRow,
  kept: readonly string[] = jobAndInstance,
  labels: readonly string[] = ['method', 'path'],
): DataLink => {
  const chosen = Object.fromEntries(labels.map(label => [label, value(label)]));
  return toDashboard(language, 'routes', language.say('Open this route', '이 경로 열기'), chosen, kept);
};

const repository = 'https://github.com/ykmake/monitoring/blob/main';

export const runbookUrl = (alert: string): string => `${repository}/docs/runbooks/${alert}.md`;

/** In the corner of a panel: what to do about what it shows. */
export const runbook = ({ say }: Language, alert: string): DashboardLink =>
  grafanaLink(
    new DashboardLinkBuilder(say(`Runbook: ${alert}`, `런북: ${alert}`))
      .type(DashboardLinkType.Link)
      .icon('doc')
      .url(runbookUrl(alert))
      .targetBlank(true),
  );

/** The menu at the top: all dashboards of this language, with what is chosen now. */
export const otherDashboards = ({ tag, say }: Language): DashboardLink =>
  grafanaLink(
    new DashboardLinkBuilder(say('Dashboards', '대시보드'))
      .type(DashboardLinkType.Dashboards)
      .icon('dashboard')
      .asDropdown(true)
      .tags([tag])
      .includeVars(true)
      .keepTime(true),
  );

/** The SDK's default would hide links in a menu. */
const grafanaLink = (builder: DashboardLinkBuilder): DashboardLink => {
  const { placement: _, ...link } = builder.build();
  return link;
};
