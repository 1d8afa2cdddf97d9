import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PanelJson } from './preview.ts';

/** As much of a classic dashboard as the previews read. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelJson[];
  readonly templating?: { readonly list?: readonly VariableJson[] };
  readonly annotations?: { readonly list?: readonly AnnotationJson[] };
}

export interface VariableJson {
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly query?: string | { readonly query?: string };
}

export interface AnnotationJson {
  readonly name: string;
  readonly iconColor?: string;
  readonly enable?: boolean;
  readonly useValueForTime?: boolean | 'on';
  readonly expr?: string;
  readonly target?: { readonly expr?: string };
}

/** All that are committed, in both languages; or those of another folder. */
export const readDashboards = (
  folder: string = path.join(import.meta.dirname, '../dashboards'),
): readonly DashboardJson[] =>
  globSync('**/*.json', { cwd: folder })
    .sort()
    .map(file => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as DashboardJson);
