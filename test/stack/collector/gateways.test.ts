import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startOtlpReceiver } from '../../otlp-receiver.ts';
import { collector } from '../programs.ts';
import { eventually, overlay, startCollector } from './collectors.ts';
import { postSpans, traceOf } from './otlp.ts';

/** Runs a program that sees another file as /etc/hosts. */
const withHosts = (file: string): readonly string[] => [
  ...['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"'],
  file,
];

test('when a gateway leaves the name that the agent knows, the others get its traces', {
  skip: collector.skip,
}, async t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const hosts = path.join(folder, 'hosts');
  const name = (...addresses: readonly string[]): void =>
    writeFileSync(hosts, addresses.map(address => `${address} gateways.test\n`).join(''));
  name('127.0.0.1', '127.0.0.2');
  const [program = '', ...args] = [...withHosts(hosts), 'true'];
  if (spawnSync(program, args).status !== 0)
    return t.skip('NOT TESTED: no name can be given to gateways here');

  const backends = [await startOtlpReceiver(), await startOtlpReceiver()];
  t.after(() => backends.forEach(backend => void backend.stop()));
  const [env, otherEnv] = backends.map(({ url }) => ({
    OTELCOL_TEMPO: url,
    OTELCOL_DECISION_WAIT: '1s',
    OTELCOL_SAMPLING_PERCENT: '100',
  }));
  const staying = await startCollector(t, ['gateway.yaml'], env);
  const grpc = { endpoint: `127.0.0.2:${staying.grpcPort}` };
  const elsewhere = overlay({ receivers: { otlp: { protocols: { grpc } } } });
  const leaving = await startCollector(t, ['gateway.yaml', elsewhere], otherEnv);
  const agent = await startCollector(
    t,
    ['agent.yaml'],
    { OTELCOL_GATEWAY: 'gateways.test', OTELCOL_GATEWAY_GRPC_PORT: String(staying.grpcPort) },
    withHosts(hosts),
  );

  const came = (): ReadonlySet<string> =>
    new Set(backends.flatMap(({ spans }) => spans).map(({ spanId }) => spanId));
  const send = async (): Promise<void> => {
    const spans = Array.from({ length: 100 }, () => traceOf(2)).flat();
    assert.equal(await postSpans(agent.url, spans), 200);
    await eventually(
      () => spans.every(({ spanId }) => came().has(spanId)),
      () => `${spans.filter(({ spanId }) => came().has(spanId)).length} of 200 spans came\n${agent.log()}`,
    );
  };
  await send();
  assert.ok(backends.every(({ spans }) => spans.length > 0));
  await leaving.stop();
  const before = backends[1]?.spans.length;
  name('127.0.0.1');
  await send();
  assert.equal(backends[1]?.spans.length, before);
});
