/** The dashboards exist in two languages. Whoever adds a text gives both: one that is missing is a type error. */
export interface Language {
  readonly say: (english: string, korean: string) => string;
  /** Name of the folder in Grafana, and of the one that the files are in. */
  readonly folder: string;
  /** Names a dashboard; links stay within the language by it. */
  readonly uid: (name: DashboardName) => string;
  readonly tag: string;
}

export type DashboardName = 'overview' | 'routes' | 'database' | 'runtime' | 'errors' | 'pipeline' | 'slo';

export const english: Language = {
  say: text => text,
  folder: 'YkMake',
  uid: name => `ykmake-${name}`,
  tag: 'ykmake',
};

export const korean: Language = {
  say: (_, text) => text,
  folder: 'YkMake (한국어)',
  uid: name => `ykmake-${name}-ko`,
  tag: 'ykmake-ko',
};
