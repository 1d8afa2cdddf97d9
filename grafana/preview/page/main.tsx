import { createTheme, dateTime, ThemeContext, type TimeRange } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import type { Drawn, Preview, PreviewPanel } from '../preview.ts';
import { configure, transform } from './fields.ts';
import { toFrames } from './frames.ts';
import { Panel, type Prepared } from './panel.tsx';
import './page.css';
import { visualizations } from './visualizations/all.ts';

declare global {
  interface Window {
    /** Read by the program that has opened this page. */
    drawn: Promise<readonly Drawn[]>;
  }
}

const theme = createTheme({ colors: { mode: 'dark' } });

const draw = async (): Promise<readonly Drawn[]> => {
  const preview = (await (await fetch('preview.json')).json()) as Preview;
  const interpolate = interpolator(preview);
  const timeRange: TimeRange = {
    from: dateTime(preview.from),
    to: dateTime(preview.to),
    raw: { from: dateTime(preview.from), to: dateTime(preview.to) },
  };
  await document.fonts.load('12px Inter');
  const prepared = await Promise.all(preview.panels.map(panel => prepare(panel, interpolate)));
  const failures = new Map<number, Error>();

  document.documentElement.lang = preview.language;
  const root = document.createElement('div');
  document.body.append(root);
  createRoot(root).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Heading preview={preview} />
      <main style={{ position: 'relative', width: preview.width, height: preview.height }}>
        {prepared.map((panel, index) => (
          <Panel
            // biome-ignore lint/suspicious/noArrayIndexKey: panels neither move nor change.
            key={index}
            {...panel}
            timeRange={timeRange}
            annotations={preview.annotations}
            interpolate={interpolate}
            onFailure={error => failures.set(index, error)}
          />
        ))}
      </main>
      <PortalContainer />
    </ThemeContext.Provider>,
  );
  await settled();
  return [...document.querySelectorAll('[data-panel]')].map((element, index) =>
    outcome(element, prepared[index], failures.get(index)),
  );
};

const Heading = ({ preview }: { preview: Preview }) => (
  <header className="preview-heading" style={{ width: preview.width }}>
    <h1>{preview.title}</h1>
    {preview.variables.map(({ name, label, text }) => (
      <span key={name} className="preview-variable">
        <b>{label}</b> {text}
      </span>
    ))}
    <span className="preview-label">{preview.label}</span>
    <span className="preview-variable">{timeText(preview)}</span>
  </header>
);

const timeText = ({ from, to }: Preview): string => {
  const clock = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return `${clock(from)} – ${clock(to).slice(11)} UTC`;
};

/** `$name`, `${name}` and `${name:format}`; what is not known stays as it is, as in Grafana. */
const interpolator = ({ variables }: Preview) => {
  const values = new Map(variables.map(({ name, text }) => [name, text]));
  return (text: string): string =>
    text.replace(
      /\$(?:\{(\w+)(?:[.:][^}]*)?\}|(\w+))/g,
      (all, braced, plain) => values.get(braced ?? plain) ?? all,
    );
};

const prepare = async (preview: PreviewPanel, interpolate: (text: string) => string): Promise<Prepared> => {
  const { panel, answers } = preview;
  const title = interpolate(panel.title ?? '');
  const base = { preview, title, frames: [], fieldConfig: { defaults: {}, overrides: [] } };
  if (panel.type === 'row' || panel.type === 'text') return base;
  const visualization = visualizations[panel.type];
  if (!visualization)
    return { ...base, problem: { state: 'not supported', reason: `panels of type ${panel.type}` } };
  try {
    const transformed = await transform(panel, toFrames(answers));
    const { data, fieldConfig } = configure(panel, transformed, theme, interpolate, visualization);
    const reason = visualization.missing(data);
    return {
      ...base,
      frames: data,
      fieldConfig,
      ...(reason !== undefined && { problem: { state: 'no data', reason } }),
    };
  } catch (error) {
    return { ...base, problem: { state: 'failed', reason: String(error) } };
  }
};

/** Icons come by and by, and tables measure themselves first: half a second without a change is the end. */
const settled = async (): Promise<void> => {
  const end = performance.now() + 30_000;
  let last = performance.now();
  const observer = new MutationObserver(() => {
    last = performance.now();
  });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true });
  const isDone = (): boolean =>
    performance.now() - last > 500 && document.querySelectorAll(emptyTable).length === 0;
  while (!isDone() && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 50));
  observer.disconnect();
};

/** A table that has columns, but whose rows are not there yet. */
const emptyTable = '[role="grid"]:not(:has([role="gridcell"]))';

const outcome = (element: Element, prepared: Prepared | undefined, failure: Error | undefined): Drawn => {
  const content = element.querySelector('[data-content]') ?? element;
  const { left, top, width, height } = content.getBoundingClientRect();
  const reason = failure
    ? String(failure)
    : element.querySelector(emptyTable)
      ? 'a table without rows'
      : undefined;
  const problem = reason === undefined ? prepared?.problem : { state: 'failed' as const, reason };
  return {
    title: element.querySelector('h2, [data-content]')?.textContent ?? '',
    type: prepared?.preview.panel.type ?? '',
    ...(problem ?? { state: 'drawn', reason: '' }),
    text: content.textContent ?? '',
    content: { left, top, width, height },
  };
};

window.drawn = draw();
