import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../child.ts';

const sampled = '0af7651916cd43dd8448eb211c80319c';
const notSampled = 'aaaa651916cd43dd8448eb211c80319c';

test('the trace of a sampled request is the exemplar of its bucket, in OpenMetrics only', async () => {
  const app = await startApp('http/raw.mjs');
  try {
    const send = async (target: string, traceparent: string): Promise<void> =>
      void (await (await fetch(app.url + target, { headers: { traceparent } })).text());
    await send('/ok', `00-${sampled}-b7ad6b7169203331-01`);
    await send('/created', `00-${notSampled}-b7ad6b7169203331-00`);
    await send('/sse', 'garbage');

    const accept = 'application/openmetrics-text;version=1.0.0';
    const page = await (await fetch(app.metricsUrl, { headers: { accept } })).text();
    const exemplars = page.split('\n').filter(line => line.includes(' # '));
    assert.equal(exemplars.length, 1, page);
    assert.match(
      exemplars[0] ?? '',
      new RegExp(
        `^http_request_duration_seconds_bucket\\{method="GET",path="/ok",status="200",le="[^"]+"\\} 1 # \\{trace_id="${sampled}",span_id="b7ad6b7169203331"\\} [\\d.e-]+ \\d{10}[\\d.]*$`,
      ),
    );
    assert.match(page, /# EOF\n$/);
    assert.doesNotMatch(await app.scrape(), /trace_id/);
  } finally {
    await app.stop();
  }
});
