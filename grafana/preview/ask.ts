import type { AnnotationJson, DashboardJson, VariableJson } from './dashboards.ts';
import { panelsWidth, place } from './place.ts';
import {
  type Annotation,
  type Answer,
  asksPrometheus,
  type Exemplar,
  type PanelJson,
  type Preview,
  type Series,
  type TargetJson,
} from './preview.ts';

export interface Window {
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Seconds between two scrapes, as the data source is told: no step is shorter. */
  readonly interval: number;
}

/** Asks Prometheus everything that Grafana would ask it for a dashboard. */
export const ask = async (url: string, dashboard: DashboardJson, window: Window): Promise<Preview> => {
  const { from, to } = window;
  const get = asker(url);
  const values = await chooseValues(get, dashboard.templating?.list ?? []);
  const { panels, height } = place(dashboard.panels);
  const language = dashboard.uid.endsWith('-ko') ? 'ko' : 'en';

  return {
    title: dashboard.title,
    language,
    label:
      language === 'ko'
        ? '미리보기 — Grafana의 구성 요소로 실제 데이터를 그린 그림'
        : "Preview, drawn with Grafana's own components from live data",
    variables: values,
    from: from * 1000,
    to: to * 1000,
    width: panelsWidth,
    height,
    annotations: await Promise.all(
      (dashboard.annotations?.list ?? [])
        .filter(({ enable }) => enable !== false)
        .map(annotation => askAnnotation(get, annotation, values, window)),
    ),
    panels: await Promise.all(
      panels.map(async placed => ({
        ...placed,
        answers: await Promise.all(
          (placed.panel.targets ?? [])
            .filter(target => target.hide !== true && asksPrometheus(placed.panel))
            .map(target => askTarget(get, target, placed, values, window)),
        ),
      })),
    ),
  };
};

type Get = <Data>(address: string, parameters: Readonly<Record<string, string>>) => Promise<Data>;

const asker =
  (url: string): Get =>
  async <Data>(address: string, parameters: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/api/v1/${address}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success')
      throw new Error(`${address} ${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  };

interface Value {
  readonly name: string;
  /** What its menu shows. */
  readonly text: string;
  /** What it is in a query. */
  readonly value: string;
  readonly label: string;
}

/** The first value of each variable, or all of them where that is what it begins with. */
const chooseValues = async (get: Get, variables: readonly VariableJson[]): Promise<readonly Value[]> => {
  const chosen: Value[] = [];
  for (const { name, label = name, query, includeAll, allValue } of variables) {
    if (includeAll) {
      chosen.push({ name, label, text: 'All', value: allValue ?? '.*' });
      continue;
    }
    const text = typeof query === 'string' ? query : (query?.query ?? '');
    const [, match = '', of = ''] = /^label_values\((.*),\s*(\w+)\s*\)$/s.exec(text) ?? [];
    const found = await get<readonly string[]>(`label/${of}/values`, {
      'match[]': interpolate(match, chosen),
    });
    const value = found.find(each => each === 'ykmake') ?? found[0];
    if (value === undefined)
      throw new Error(`variable ${name} has no value: Prometheus has no series ${match}`);
    chosen.push({ name, label, text: value, value });
  }
  return chosen;
};

const interpolate = (text: string, values: readonly { name: string; value: string }[]): string =>
  values.reduce(
    (result, { name, value }) =>
      result.replaceAll(new RegExp(`\\$(?:\\{${name}(?::\\w+)?\\}|${name}\\b)`, 'g'), () => value),
    text,
  );

const askTarget = async (
  get: Get,
  target: TargetJson,
  { panel, place: { width: pixels } }: { panel: PanelJson; place: { width: number } },
  values: readonly Value[],
  { from, to, interval }: Window,
): Promise<Answer> => {
  const step = stepFor((to - from) / pixels, interval, target.interval ?? panel.interval);
  const times = [
    { name: '__rate_interval', value: `${Math.max(step + interval, 4 * interval)}s` },
    { name: '__interval', value: `${step}s` },
    { name: '__range', value: `${Math.round(to - from)}s` },
    { name: '__range_s', value: `${Math.round(to - from)}` },
  ];
  const query = interpolate(target.expr ?? '', [...values, ...times]);
  const isInstant = target.instant === true && target.range !== true;
  const { result } = isInstant
    ? await get<{ result: InstantSample[] }>('query', { query, time: String(to) })
    : await get<{ result: Series[] }>('query_range', {
        query,
        ...aligned(from, to, step),
        step: String(step),
      });
  const series = result.map(each => ('value' in each ? { metric: each.metric, values: [each.value] } : each));
  return {
    refId: target.refId ?? 'A',
    expr: query,
    legendFormat: target.legendFormat ?? '__auto',
    format: target.format === 'table' || target.format === 'heatmap' ? target.format : 'time_series',
    stepSeconds: step,
    series: series.map(({ metric, values }) => ({ metric, values })),
    exemplars: target.exemplar === true ? await askExemplars(get, query, from, to, step) : [],
  };
};

interface InstantSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Grafana's data source asks at multiples of the step, so that a panel does not flicker from refresh to refresh. */
const aligned = (from: number, to: number, step: number): { start: string; end: string } => ({
  start: String(Math.floor(from / step) * step),
  end: String(Math.floor(to / step) * step),
});

const steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600];

const stepFor = (wanted: number, interval: number, least = ''): number => {
  const [, count = '0', unit = 's'] = /^>?(\d+)(s|m|h)$/.exec(least) ?? [];
  const atLeast = Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
  return Math.max(interval, atLeast, steps.find(step => step >= wanted) ?? 3600);
};

/** Of each step the one that took longest: the others would cover each other. */
const askExemplars = async (
  get: Get,
  query: string,
  from: number,
  to: number,
  step: number,
): Promise<Exemplar[]> => {
  type Found = { exemplars: readonly { value: string; timestamp: number }[] };
  const found = await get<readonly Found[]>('query_exemplars', {
    query,
    start: String(from),
    end: String(to),
  });
  const best = new Map<number, Exemplar>();
  for (const { value, timestamp } of found.flatMap(({ exemplars }) => exemplars)) {
    const at = Math.floor(timestamp / step);
    if (Number(value) > (best.get(at)?.value ?? 0))
      best.set(at, { time: timestamp * 1000, value: Number(value) });
  }
  return [...best.values()];
};

const askAnnotation = async (
  get: Get,
  { name, iconColor = 'blue', target, expr, useValueForTime }: AnnotationJson,
  values: readonly Value[],
  { from, to, interval }: Window,
): Promise<Annotation> => {
  const promql = target?.expr ?? expr;
  if (promql === undefined) return { name, color: iconColor, times: [] };
  const step = useValueForTime ? interval : Math.max(interval, 60);
  const query = interpolate(promql, values);
  const { result } = await get<{ result: Series[] }>('query_range', {
    query,
    ...aligned(from, to, step),
    step: String(step),
  });
  const times = result.flatMap(({ values: samples }) => {
    const seen = samples.filter(([, value]) => Number(value) > 0);
    if (useValueForTime) return seen.map(([, value]) => Number(value));
    // Samples that follow each other are one event.
    return seen
      .filter(([time], index) => time - (seen[index - 1]?.[0] ?? 0) > step)
      .map(([time]) => time * 1000);
  });
  return { name, color: iconColor, times: [...new Set(times)].filter(time => time >= from * 1000) };
};
