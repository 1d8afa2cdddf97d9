import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { database } from './dashboards/database.ts';
import { errors } from './dashboards/errors.ts';
import { overview } from './dashboards/overview.ts';
import { pipeline } from './dashboards/pipeline.ts';
import { routes } from './dashboards/routes.ts';
import { runtime } from './dashboards/runtime.ts';
import { slo } from './dashboards/slo.ts';
import { type DashboardName, english, korean, type Language } from './language.ts';

const makers: Readonly<Record<DashboardName, (language: Language) => Dashboard>> = {
  overview,
  routes,
  database,
  runtime,
  errors,
  pipeline,
  slo,
};

/** Every dashboard in every language: the text of its file, by the file's path below grafana/dashboards. */
export const dashboardFiles = (): Map<string, string> =>
  new Map(
    [english, korean].flatMap(language =>
      Object.entries(makers).map(([name, make]): [string, string] => [
        `${language.folder}/${name}.json`,
        `${JSON.stringify(make(language), null, 2)}\n`,
      ]),
    ),
  );
