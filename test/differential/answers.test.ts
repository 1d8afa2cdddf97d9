import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, register, root, startChild } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { type SelfSigned, selfSigned, skipWithoutOpenssl } from '../self-signed.ts';
import { conversations, openEncrypted, openPlain, post, talk } from './conversations.ts';

const ways = ['plain', 'patched', 'encrypted'] as const;
let certificate: SelfSigned | undefined;
let receiver: OtlpReceiver;
const children: Child[] = [];
const start = async (
  way: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<[Child, number]> => {
  certificate ??= way === 'encrypted' ? selfSigned() : undefined;
  const tls = way === 'encrypted' && certificate && { TLS_KEY: certificate.key, TLS_CERT: certificate.cert };
  const child = startChild({
    args: [...args, `${root}/test/fixtures/differential/app.mjs`, way],
    // In development Express shows stack traces, in which frames of ours may stand.
    env: { NODE_ENV: 'production', ...tls, ...env },
  });
  children.push(child);
  const [, port] = await child.output(/^listening (\d+)$/m);
  return [child, Number(port)];
};
before(async () => {
  receiver = await startOtlpReceiver();
});
after(async () => {
  await Promise.all(children.map(child => child.stop()));
  receiver.stop();
  certificate?.remove();
});

const titles = { plain: 'plain server.emit', patched: 'patched server.emit', encrypted: 'https' };

for (const way of ways) {
  const [open, skip] = way === 'encrypted' ? [openEncrypted, skipWithoutOpenssl()] : [openPlain, false];
  describe(`the answers of an application (${titles[way]})`, { skip }, () => {
    const guests: Record<string, number> = {};
    let bare: number;
    let control: number;
    before(async () => {
      const quiet = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_LOG_LEVEL: 'info' };
      [, bare] = await start(way, []);
      [, guests['metrics only']] = await start(way, ['--import', register], quiet);
      [, guests['every request traced']] = await start(way, ['--import', register], {
        ...quiet,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '50',
      });
      [, control] = await start(way, ['--import', `${root}/test/fixtures/differential/disturbing.mjs`]);
    });

    for (const [name, packets] of Object.entries(conversations)) {
      test(`${name}: the same bytes with and without the preload`, async () => {
        const [expected, ...answers] = await Promise.all(
          [bare, ...Object.values(guests)].map(port => talk(port, packets, open)),
        );
        for (const answer of answers) assert.equal(answer, expected);
      });
    }

    test('an upload that is aborted is seen by the application as before', async () => {
      const seen = await Promise.all(
        [bare, ...Object.values(guests)].map(async port => {
          const child = children.find(one => one.stdout().includes(`listening ${port}\n`));
          const before = child?.stdout().length ?? 0;
          const socket = await open(port);
          socket.write(post('/echo', '{"a":1}').slice(0, -3));
          await pause(50);
          socket.destroy();
          await pause(200);
          return child?.stdout().slice(before);
        }),
      );
      assert.deepEqual(seen, Array(3).fill('aborted POST\n'));
    });

    if (way === 'encrypted') {
      test('control: who does not encrypt is not answered', async () => {
        const packets = conversations['a route'] ?? [];
        assert.doesNotMatch(await talk(bare, packets), / 200 OK/);
        assert.match(await talk(bare, packets, open), /^HTTP\/1\.1 200 OK/);
      });
    }

    test('control: a preload that adds a header is noticed', async () => {
      const packets = conversations['a route'] ?? [];
      assert.notEqual(await talk(control, packets, open), await talk(bare, packets, open));
    });
  });
}

test('control: the requests were traced', () => {
  assert.ok(receiver.spans.length > 30, `${receiver.spans.length} spans`);
});
