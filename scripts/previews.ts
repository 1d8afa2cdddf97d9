/**
 * `npm run previews`: draws every dashboard to docs/images/, from the data of a stack that it lets live for some
 * minutes. It needs the programs of `.ci/programs`.
 *
 *     npm run previews -- --minutes 12
 *     npm run previews -- --prometheus http://127.0.0.1:9090   draws from a Prometheus that runs, its last minutes
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from '../grafana/preview/ask.ts';
import { startChromium } from '../grafana/preview/chromium.ts';
import { readDashboards } from '../grafana/preview/dashboards.ts';
import { createPainter } from '../grafana/preview/draw.ts';
import { decodePng, encodeWithPalette } from '../grafana/preview/png.ts';
import { chromium } from '../test/stack/programs.ts';
import { livePreviewStack, scrapeInterval } from './preview-stack.ts';

const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    prometheus: { type: 'string' },
    dashboards: { type: 'string' },
    out: { type: 'string', default: path.join(root, 'docs/images') },
  },
});
const minutes = Number(values.minutes);

if (values.prometheus === undefined) {
  console.log(`starting the stack and waiting for ${minutes} minutes of data`);
  const stack = await livePreviewStack(minutes);
  await drawAll(stack.url).finally(() => stack.stop());
} else {
  await drawAll(values.prometheus);
}

async function drawAll(url: string): Promise<void> {
  const to = Math.floor(Date.now() / 1000);
  const browser = await startChromium(chromium.path);
  const painter = await createPainter(browser);
  mkdirSync(values.out, { recursive: true });
  try {
    for (const dashboard of readDashboards(values.dashboards)) {
      const preview = await ask(url, dashboard, { from: to - minutes * 60, to, interval: scrapeInterval });
      const { png, panels, complaints } = await painter.draw(preview);
      const small = encodeWithPalette(decodePng(png));
      writeFileSync(path.join(values.out, `${dashboard.uid}.png`), small);
      console.log(`${dashboard.uid}.png: ${panels.length} panels, ${Math.round(small.length / 1024)} KiB`);
      for (const { title, type, state, reason } of panels)
        if (state !== 'drawn') console.log(`  ${state}: ${title} (${type}): ${reason}`);
      for (const complaint of complaints) console.log(`  console: ${complaint}`);
    }
  } finally {
    painter.close();
    await browser.close();
  }
}
