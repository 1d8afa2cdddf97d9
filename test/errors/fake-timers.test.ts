import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { withServices } from './services.ts';

for (const way of ['mocked', 'numbers']) {
  for (const services of ['ok', 'hang'] as const) {
    test(`timers that an application has ${way} are not ours, when services ${services === 'ok' ? 'answer' : 'hang'}`, () =>
      withServices(async ({ sentry, slack, env, shown }) => {
        if (services === 'hang') sentry.behave('hang');
        slack.behave(services);
        const child = startChild({
          args: ['--import', register, path.join(root, 'test/fixtures/errors/faked.cjs'), way],
          env: { ...env, OTEL_EXPORTER_PROMETHEUS_PORT: '0', MONITORING_SHUTDOWN_TIMEOUT: '500' },
        });
        try {
          await child.output(/rejected/);
          await sentry.waitFor(() => sentry.requests.length > 0);
          // Longer than a try may take.
          if (services === 'hang') await new Promise(resolve => setTimeout(resolve, 3_500));
          child.process.kill('SIGTERM');
          assert.deepEqual(await child.exit(20_000), { code: null, signal: 'SIGTERM' }, child.stderr());
          assert.deepEqual(sentry.problems, [], shown());
          if (services === 'hang') return;
          const age = Date.now() - Number(sentry.events[0]?.timestamp) * 1_000;
          assert.ok(age < 60_000, shown());
        } finally {
          await child.stop();
        }
      }));
  }
}
