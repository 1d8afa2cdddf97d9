/**
 * `npm run previews`: draws every dashboard of grafana/dashboards/ to docs/images/, from the data of a running stack.
 *
 *     npm run previews -- --prometheus http://127.0.0.1:9090 --minutes 15    draws from a Prometheus that runs already
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ask, type DashboardJson } from '../grafana/preview/ask.ts';
import { startChromium } from '../grafana/preview/chromium.ts';
import { createPainter } from '../grafana/preview/draw.ts';
import { decodePng, encodeWithPalette } from '../grafana/preview/png.ts';

const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    prometheus: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    dashboards: { type: 'string', default: path.join(root, 'grafana/dashboards') },
    out: { type: 'string', default: path.join(root, 'docs/images') },
  },
});
if (values.prometheus === undefined) throw new Error('--prometheus is missing');

const browser = await startChromium(process.env.TEST_CHROMIUM ?? 'chromium');
const painter = await createPainter(browser);
mkdirSync(values.out, { recursive: true });
const to = Math.floor(Date.now() / 1000);
for (const file of globSync('**/*.json', { cwd: values.dashboards }).sort()) {
  const dashboard = JSON.parse(readFileSync(path.join(values.dashboards, file), 'utf8')) as DashboardJson;
  const preview = await ask(values.prometheus, dashboard, {
    from: to - Number(values.minutes) * 60,
    to,
    interval: 15,
  });
  const { png, panels, complaints } = await painter.draw(preview);
  writeFileSync(path.join(values.out, `${dashboard.uid}.png`), encodeWithPalette(decodePng(png)));
  const failed = panels.filter(({ state }) => state !== 'drawn');
  console.log(`${dashboard.uid}.png: ${panels.length} panels, ${Math.round(png.length / 1024)} KiB`);
  for (const { title, type, state, reason } of failed)
    console.log(`  ${state}: ${title} (${type}): ${reason}`);
  for (const complaint of complaints) console.log(`  console: ${complaint}`);
}
painter.close();
await browser.close();
