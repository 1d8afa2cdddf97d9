import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ask } from '../../../grafana/preview/ask.ts';
import { type Browser, startChromium } from '../../../grafana/preview/chromium.ts';
import { type DashboardJson, readDashboards } from '../../../grafana/preview/dashboards.ts';
import { createPainter, type Painter, type Picture } from '../../../grafana/preview/draw.ts';
import { linkPackages } from '../../../grafana/preview/packages.ts';
import { place } from '../../../grafana/preview/place.ts';
import { decodePng } from '../../../grafana/preview/png.ts';
import type { Drawn, PanelJson } from '../../../grafana/preview/preview.ts';
import { root } from '../../child.ts';
import { reachable, runCourse } from '../live/course.ts';
import { type Stack, startStack } from '../live/stack.ts';
import {
  alertmanager25,
  alertmanager33,
  chromium,
  collector,
  prometheus2,
  prometheus3,
} from '../programs.ts';
import { inkOf } from './pixels.ts';

const runs = ({ skip }: { skip: string | false }): boolean => skip === false;
const prometheus = [prometheus3, prometheus2].find(runs) ?? prometheus2;
const alertmanager = [alertmanager33, alertmanager25].find(runs) ?? alertmanager25;
const skip = prometheus.skip || alertmanager.skip || collector.skip || chromium.skip;

/** Kinds whose content is never all grey. */
const coloured = new Set(['timeseries', 'heatmap', 'bargauge']);

test('the page of the previews is typed as strictly as everything else', () => {
  linkPackages();
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', path.join(root, 'grafana/preview/page')], { stdio: 'pipe', encoding: 'utf8' });
});

describe('the panels, drawn by Grafana’s components from a live Prometheus', { skip }, () => {
  let stack: Stack;
  let browser: Browser;
  let painter: Painter;
  let began: number;

  before(async () => {
    stack = await startStack({
      prometheus: [prometheus.path],
      alertmanagers: [alertmanager.path],
      collector: collector.path,
      env: reachable,
    });
    began = Math.floor(Date.now() / 1000);
    // One after the other: a browser that nobody closes keeps this process from its end.
    browser = await startChromium(chromium.path);
    await runCourse(stack);
    painter = await createPainter(browser);
  });
  after(async () => {
    painter?.close();
    await browser?.close();
    await stack?.stop();
  });

  const draw = async (dashboard: DashboardJson): Promise<Picture> => {
    const [{ url } = { url: '' }] = stack.prometheus;
    const window = { from: began, to: Math.floor(Date.now() / 1000), interval: 1 };
    return painter.draw(await ask(url, dashboard, window));
  };

  for (const dashboard of readDashboards()) {
    const { uid, panels } = dashboard;
    test(`every panel of ${uid} is drawn from what its queries answer`, async () => {
      const { png, panels: drawn, complaints } = await draw(dashboard);
      const wanted = place(panels).panels.map(({ panel }) => panel);
      assert.deepEqual(
        drawn.map(({ title }) => title),
        wanted.map(titleOf),
      );
      assert.deepEqual(
        drawn.filter((each, index) => !isGood(each, wanted[index])),
        [],
      );
      const pixels = decodePng(png);
      const pale = drawn
        .filter(({ state, type }) => state === 'drawn' && type !== 'row')
        .map(each => ({ ...each, ink: inkOf(pixels, each.content) }))
        .filter(({ type, ink }) => ink.any < 100 || (coloured.has(type) && ink.coloured < 50));
      assert.deepEqual(pale, []);
      assert.deepEqual(complaints, []);
    });
  }

  test('what a panel shows is what its query answers, in its unit', async () => {
    const labelled = (value: number, label: string, text: string): string =>
      `label_replace(vector(${value}), "${label}", "${text}", "", "")`;
    const { panels } = await draw(
      withPanels([
        { ...lines('vector(42)'), type: 'stat', fieldConfig: inUnit('ms') },
        {
          ...lines('vector(1536)'),
          fieldConfig: inUnit('bytes'),
          options: {
            legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['max'] },
          },
        },
        {
          ...table(`${labelled(0.25, 'route', '/a')} or ${labelled(1, 'route', '/b')}`),
          fieldConfig: inUnit('percentunit'),
        },
        {
          ...lines(`${labelled(2, 'le', '0.5')} or ${labelled(5, 'le', '+Inf')}`),
          type: 'heatmap',
          targets: [
            {
              refId: 'A',
              format: 'heatmap',
              expr: `${labelled(2, 'le', '0.5')} or ${labelled(5, 'le', '+Inf')}`,
            },
          ],
        },
      ]),
    );
    const texts = panels.map(({ text }) => text.replaceAll(/\s+/g, ' '));
    for (const [index, expected] of [/^42 ms$/, /1\.50 KiB/, /\/a.*25%.*\/b.*100%/, /^0.*3$/].entries())
      assert.match(texts[index] ?? '', expected);
  });

  test('a panel whose query has no answer says "No data", and is told apart', async () => {
    const { png, panels } = await draw(withPanels([lines('nothing_of_the_kind'), lines('up')]));
    assert.deepEqual(
      panels.map(({ title, state, text }) => ({ title, state, text })),
      [
        { title: 'nothing_of_the_kind', state: 'no data', text: 'No data' },
        { title: 'up', state: 'drawn', text: panels[1]?.text },
      ],
    );
    const pixels = decodePng(png);
    const [nothing, something] = panels.map(({ content }) => inkOf(pixels, content).coloured);
    assert.equal(nothing, 0);
    assert.ok((something ?? 0) >= 50, `${something} coloured pixels of a line`);
  });

  test('a panel that cannot be drawn is told apart from the others', async () => {
    const { panels } = await draw(
      withPanels([
        { ...lines('up'), transformations: [{ id: 'no-such-transformation', options: {} }] },
        { ...lines('up'), type: 'no-such-panel' },
        { ...lines('up'), type: 'stat', options: { reduceOptions: { calcs: null } } },
      ]),
    );
    assert.deepEqual(
      panels.map(({ state }) => state),
      ['failed', 'not supported', 'failed'],
    );
  });
});

const titleOf = ({ title, type, collapsed }: PanelJson): string =>
  type === 'row' && collapsed ? `▸ ${title}` : (title ?? '');

/** Drawn, or it says in words of its own that there is nothing, which is the good case then. */
const isGood = ({ state, text }: Drawn, panel: PanelJson | undefined): boolean =>
  state === 'drawn' || (state === 'no data' && text === panel?.fieldConfig?.defaults?.noValue);

const lines = (expr: string): PanelJson => ({
  type: 'timeseries',
  title: expr,
  gridPos: { x: 0, y: 0, w: 12, h: 8 },
  targets: [{ refId: 'A', expr }],
});

const inUnit = (unit: string): NonNullable<PanelJson['fieldConfig']> => ({ defaults: { unit } });

const table = (expr: string): PanelJson => ({
  ...lines(expr),
  type: 'table',
  targets: [{ refId: 'A', expr, format: 'table', instant: true }],
});

const withPanels = (panels: readonly PanelJson[]): DashboardJson => ({
  uid: 'of-a-test',
  title: 'Of a test',
  panels: panels.map((panel, index) => ({ ...panel, gridPos: { ...panel.gridPos, y: index * 8 } })),
});
