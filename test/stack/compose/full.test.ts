import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startProgram } from '../../examples/ykmake.ts';
import { eventually, startCollector } from '../collector/collectors.ts';
import { collector, loki, tempo } from '../programs.ts';
import { findRecords, startLoki, startTempo } from './stores.ts';

suite('profile full, without Docker', { skip: loki.skip || collector.skip }, () => {
  test('a failed request of the example is a record in Loki and, by its id, a trace in Tempo', async t => {
    const [logs, traces] = await Promise.all([
      startLoki(t),
      tempo.skip === false ? startTempo(t) : undefined,
    ]);
    const between = await startCollector(t, ['config.yaml', 'full.yaml'], {
      OTELCOL_LOKI: `${logs.url}/otlp`,
      OTELCOL_TEMPO: traces?.otlp ?? 'http://127.0.0.1:9',
    });
    const app = startProgram(['--import', './register.js', 'app'], {
      PORT: '0',
      OTEL_SERVICE_NAME: 'ykmake',
      OTEL_EXPORTER_OTLP_ENDPOINT: between.url,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    t.after(() => app.stop());
    const [, url = ''] = await app.said(/listens on (http:\S+)/);
    assert.equal((await fetch(`${url}/api/reports/broken?token=do-not-tell`)).status, 500);

    const records = () => findRecords(logs, '{service_name="ykmake"} |= "Request completed"');
    const everything = () => `${between.log()}\n${logs.log()}\n${app.stderr.join('\n')}`;
    await eventually(async () => (await records()).length > 0, everything);
    const [[, , { structuredMetadata = {} } = {}] = []] = (await records())[0]?.values ?? [];
    const id = structuredMetadata.trace_id ?? '';
    assert.match(id, /^[0-9a-f]{32}$/, JSON.stringify(structuredMetadata));
    assert.doesNotMatch(JSON.stringify(await records()), /do-not-tell/);

    if (!traces) return t.diagnostic(`no Tempo: ${tempo.skip}`);
    await eventually(
      async () => (await fetch(`${traces.url}/api/traces/${id}`)).status === 200,
      () => `${everything()}\n${traces.log()}`,
    );
    const trace = await traces.get(`/api/traces/${id}`);
    assert.match(trace, /GET \/api\/reports\/broken/);
    assert.doesNotMatch(trace, /do-not-tell/);
  });
});
