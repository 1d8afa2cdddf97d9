import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type App, startApp } from '../child.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { type Planted, plantSecrets } from './planted.ts';

const planted = plantSecrets(600);

interface Sinks {
  readonly files: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly traces: string;
  readonly logs: string;
  readonly page: string;
}

/** Everything that leaves a careless application, which is asked to let out every secret. */
const letOut = async (env: Readonly<Record<string, string>>): Promise<Sinks> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  const receiver = await startOtlpReceiver();
  const started = startApp('secrets/app.mjs', {
    env: {
      LOG_DIR: folder,
      LOG_LEVEL: 'debug',
      MONITORING_LOG_CONSOLE: 'json',
      MONITORING_BRIDGE_CONSOLE: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_MAX_QUEUE_SIZE: '10000',
      OTEL_BLRP_MAX_QUEUE_SIZE: '10000',
      ...env,
    },
  });
  try {
    const app = await started;
    for (const { ask } of planted) await carryOut(app, ask);
    const page = await app.scrape();
    app.process.kill('SIGTERM');
    await app.exit(20_000);
    const files = readdirSync(folder).map(name => readFileSync(path.join(folder, name), 'utf8'));
    const sent = (signal: string): string =>
      receiver.exports
        .filter(({ path }) => path.endsWith(signal))
        .map(({ body }) => body.toString())
        .join('\n');
    return {
      files: files.join('\n'),
      stdout: app.stdout(),
      stderr: app.stderr(),
      traces: sent('traces'),
      logs: sent('logs'),
      page,
    };
  } finally {
    await started.then(
      app => app.stop(),
      () => {},
    );
    receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const carryOut = async (app: App, ask: Planted['ask']): Promise<void> => {
  if (ask.kind === 'url') await fetch(app.url + ask.path);
  else if (ask.kind === 'header') await fetch(`${app.url}/asked`, { headers: { [ask.name]: ask.value } });
  else await fetch(`${app.url}/do`, { method: 'POST', body: JSON.stringify(ask) });
};

const foundIn = (text: string): readonly Planted[] =>
  planted.filter(({ secret }) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

/** Ways of which the mark is no secret, and has to arrive: else nothing would be tested. */
const arrives = ({ ask }: Planted): boolean =>
  ask.kind === 'message' || ask.kind === 'metadata' || ask.kind === 'error' || ask.kind === 'url';

test('no secret that an application logs, throws, is sent or puts into a span leaves it', async t => {
  const { page, ...sinks } = await letOut({});
  // The console is the application's own: only our logger's lines are ours to keep clean.
  const ours = sinks.stdout.split('\n').filter(line => line.startsWith('{"timestamp"'));
  const looked = { ...sinks, stdout: ours.join('\n'), page };
  for (const [sink, text] of Object.entries(looked)) {
    const found = foundIn(text).map(({ secret, ask }) => `${secret}: ${JSON.stringify(ask)}`);
    assert.deepEqual(found, [], `in ${sink}`);
  }
  const marks = planted.filter(arrives);
  for (const sink of ['files', 'stdout', 'logs'] as const) {
    const missing = marks.filter(({ mark }) => !looked[sink].includes(mark));
    assert.deepEqual(
      missing.map(({ ask }) => ask),
      [],
      `missing in ${sink}`,
    );
  }
  t.diagnostic(`${planted.length} secrets, ${Object.values(looked).join('').length} characters`);
});

test('control: a logger of the application’s own lets all of them out', async () => {
  const { stdout } = await letOut({ OWN_LOGGER: 'true' });
  const logged = planted.filter(({ ask }) => ask.kind === 'message' || ask.kind === 'metadata');
  const found = new Set(foundIn(stdout));
  const hidden = logged.filter(one => !found.has(one) && !JSON.stringify(one.ask).includes('Basic '));
  assert.deepEqual(hidden, []);
});
