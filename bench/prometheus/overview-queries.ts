import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Panel {
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly Panel[];
}

const file = path.join(import.meta.dirname, '../../grafana/dashboards/YkMake/overview.json');
const exprs = (panels: readonly Panel[]): readonly string[] =>
  panels.flatMap(({ targets = [], panels: inner = [] }) => [
    ...targets.flatMap(({ expr }) => (expr === undefined ? [] : [expr])),
    ...exprs(inner),
  ]);

/** Every query of the overview's panels, for all processes of all jobs. */
export const overviewQueries: readonly string[] = exprs(JSON.parse(readFileSync(file, 'utf8')).panels).map(
  expr =>
    expr
      .replaceAll(/\$__rate_interval|\$\{__rate_interval\}/g, '1m')
      .replaceAll(/\$__range_s|\$\{__range_s\}/g, '3600')
      .replaceAll(/\$__range|\$\{__range\}/g, '1h')
      .replaceAll(/\$__interval|\$\{__interval\}/g, '15s')
      .replaceAll(/\$\{?job(:\w+)?\}?/g, 'ykmake')
      .replaceAll(/\$\{?\w+(:\w+)?\}?/g, '.*'),
);
