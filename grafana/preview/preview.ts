/** What a preview is drawn from: the same for the script that asks Prometheus and for the page that draws. */

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since the epoch, and the value as text. */
  readonly values: readonly (readonly [time: number, value: string])[];
}

export interface Exemplar {
  readonly time: number;
  readonly value: number;
}

/** What Prometheus answered to one query of a panel. */
export interface Answer {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'table' | 'heatmap';
  readonly stepSeconds: number;
  readonly series: readonly Series[];
  readonly exemplars: readonly Exemplar[];
}

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** As much of a classic dashboard's panel as the previews read. */
export interface PanelJson {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: GridPosition;
  readonly collapsed?: boolean;
  readonly panels?: readonly PanelJson[];
  readonly transparent?: boolean;
  readonly datasource?: { readonly type?: string; readonly uid?: string };
  readonly targets?: readonly TargetJson[];
  readonly interval?: string;
  readonly fieldConfig?: {
    readonly defaults?: { readonly noValue?: string; readonly unit?: string };
    readonly overrides?: readonly object[];
  };
  readonly options?: object;
  readonly transformations?: readonly object[];
  readonly links?: readonly object[];
}

export interface TargetJson {
  readonly refId?: string;
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly format?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly exemplar?: boolean;
  readonly hide?: boolean;
  readonly interval?: string;
  readonly datasource?: { readonly type?: string; readonly uid?: string };
}

const isPrometheus = (datasource: PanelJson['datasource']): boolean =>
  datasource?.type === undefined || datasource.type === 'prometheus';

/** All its queries, if it has any. */
export const asksPrometheus = ({ datasource, targets = [] }: PanelJson): boolean =>
  targets.every(target => isPrometheus(target.datasource ?? datasource));

export interface PreviewPanel {
  readonly panel: PanelJson;
  /** Pixels of the page. */
  readonly place: Readonly<Record<'left' | 'top' | 'width' | 'height', number>>;
  readonly answers: readonly Answer[];
}

export interface Annotation {
  readonly name: string;
  readonly color: string;
  /** Milliseconds since the epoch. */
  readonly times: readonly number[];
}

export interface Preview {
  readonly title: string;
  /** The language of its titles. */
  readonly language: string;
  readonly label: string;
  readonly variables: readonly { readonly name: string; readonly label: string; readonly text: string }[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly annotations: readonly Annotation[];
  readonly panels: readonly PreviewPanel[];
}

/** What became of a panel on the page. */
export interface Drawn {
  readonly title: string;
  readonly type: string;
  readonly state: 'drawn' | 'no data' | 'not supported' | 'failed';
  /** Why, where it is not drawn. */
  readonly reason: string;
  /** What can be read in it. */
  readonly text: string;
  /** Pixels of the page that its content takes. */
  readonly content: Readonly<Record<'left' | 'top' | 'width' | 'height', number>>;
}
