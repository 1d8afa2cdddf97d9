import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, root, startChild } from '../child.ts';

const modes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'without traces': {},
  'with traces': { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
};

type Protocol = 'http' | 'http2' | 'streams';

const withApp = async (
  protocol: Protocol,
  env: Readonly<Record<string, string>>,
  run: (child: Child, port: number) => Promise<void>,
): Promise<void> => {
  const child = startChild({
    args: [
      '--import',
      path.join(root, 'test/fixtures/failing/collect.ts'),
      path.join(root, 'test/fixtures/http/contexts.mjs'),
      protocol,
    ],
    env,
    node: process.execPath,
  });
  try {
    await run(child, Number((await child.output(/^listening (\d+)$/m))[1]));
  } finally {
    await child.stop();
  }
};

/** Sends a body in packets of their own. */
const post = async (port: number, target: string, agent: http.Agent): Promise<void> => {
  const request = http.request({ host: '127.0.0.1', port, path: target, method: 'POST', agent });
  const answered = once(request, 'response');
  for (let packet = 0; packet < 4; packet++) {
    request.write('x'.repeat(100));
    await wait(5);
  }
  request.end();
  const [response] = (await answered) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
};

/** The same, as a stream of a session. */
const postStream = async (session: http2.ClientHttp2Session, target: string): Promise<void> => {
  const stream = session.request({ ':method': 'POST', ':path': target });
  const closed = once(stream, 'close');
  for (let packet = 0; packet < 4; packet++) {
    stream.write('x'.repeat(100));
    await wait(5);
  }
  stream.end();
  stream.resume();
  await closed;
};

interface Checked {
  readonly url: string;
  readonly wrong: { readonly ours: readonly string[]; readonly aroundHandler: readonly string[] };
}

const checkedIn = (output: string): readonly Checked[] =>
  [...output.matchAll(/^checked (.*)$/gm)].map(([, json = '']): Checked => JSON.parse(json));

/** What sixty requests have said, when all have: none takes itself for another by ours. */
const allChecked = async (child: Child): Promise<readonly Checked[]> => {
  let checked: readonly Checked[] = [];
  for (let round = 0; checked.length < 60 && round < 100; round++) {
    await wait(50);
    checked = checkedIn(child.stdout());
  }
  assert.equal(checked.length, 60);
  assert.deepEqual(
    checked.filter(({ wrong }) => wrong.ours.length > 0),
    [],
  );
  return checked;
};

for (const [mode, env] of Object.entries(modes)) {
  test(`${mode}: sixty requests at once, with bodies in packets, know themselves everywhere`, () =>
    withApp('http', env, async (child, port) => {
      // Connections that are used again, so that there is an earlier request to be taken for.
      const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
      try {
        await Promise.all(Array.from({ length: 60 }, (_, index) => post(port, `/check/${index}`, agent)));
        const checked = await allChecked(child);
        // The control: that the same checks find what a storage around the handler takes for another's.
        const others = checked.filter(({ wrong }) => wrong.aroundHandler.length > 0);
        assert.ok(others.length > 30, JSON.stringify(checked));
      } finally {
        agent.destroy();
      }
    }));

  for (const protocol of ['http2', 'streams'] as const) {
    test(`${mode}, ${protocol}: sixty streams of one session at once know themselves everywhere`, () =>
      withApp(protocol, env, async (child, port) => {
        const session = http2.connect(`http://127.0.0.1:${port}`);
        try {
          await Promise.all(Array.from({ length: 60 }, (_, index) => postStream(session, `/check/${index}`)));
          const checked = await allChecked(child);
          const others = checked.filter(({ wrong }) => wrong.aroundHandler.length > 0);
          assert.ok(others.length > 30, JSON.stringify(checked));
        } finally {
          session.destroy();
        }
      }));

    test(`${mode}, ${protocol}: what nobody catches in a stream is known to be of it`, () =>
      withApp(protocol, env, async (child, port) => {
        const session = http2.connect(`http://127.0.0.1:${port}`);
        const expected: string[] = [];
        for (const [target, event] of [
          ['/throw', 'exception'],
          ['/reject', 'rejection'],
          ['/timer', 'exception'],
          ['/data', 'exception'],
          ['/later', 'rejection'],
        ]) {
          const stream = session.request({ ':method': 'POST', ':path': target });
          stream.on('error', () => {});
          await once(stream, 'response');
          stream.write('x');
          await child.output(new RegExp(`^${event} ${target}$`, 'm'), 10_000);
          stream.destroy();
          expected.push(...(event === 'exception' ? [`monitor ${target}`] : []), `${event} ${target}`);
        }
        session.destroy();
        const said = child.stdout().match(/^(monitor|exception|rejection) .*$/gm);
        assert.deepEqual(said, expected);
      }));
  }

  test(`${mode}: what nobody catches in a request is known to be of it`, () =>
    withApp('http', env, async (child, port) => {
      const expected: string[] = [];
      for (const [target, event] of [
        ['/throw', 'exception'],
        ['/reject', 'rejection'],
        ['/timer', 'exception'],
        ['/data', 'exception'],
        ['/later', 'rejection'],
      ]) {
        const request = http.request({ host: '127.0.0.1', port, path: target, method: 'POST', agent: false });
        request.on('error', () => {});
        request.flushHeaders();
        await once(request, 'response');
        request.write('x');
        await child.output(new RegExp(`^${event} ${target}$`, 'm'));
        request.destroy();
        expected.push(...(event === 'exception' ? [`monitor ${target}`] : []), `${event} ${target}`);
      }
      const said = child.stdout().match(/^(monitor|exception|rejection) .*$/gm);
      assert.deepEqual(said, expected);
    }));
}
