import assert from 'node:assert/strict';
import { test } from 'node:test';
import { root, startChild } from '../child.ts';

test('npm run demo:error shows one trace id in span, log, Sentry event, Slack message and exemplar of the failing request', async () => {
  const demo = startChild({ args: ['examples/ykmake/demo-error.js'], cwd: root, group: true });
  try {
    assert.deepEqual(await demo.exit(), { code: 0, signal: null }, demo.stderr());
    const [, trace = ''] = /Trace +([0-9a-f]{32})/.exec(demo.stdout()) ?? [];
    assert.notEqual(trace, '', demo.stdout());
    assert.match(demo.stdout(), /Request +GET \/api\/reports\/broken, answered with 500/);
    assert.match(demo.stdout(), /Error +TypeError: Cannot read properties/);
    assert.match(demo.stdout(), new RegExp(`error: Request completed; trace_id ${trace}\n`));
    assert.match(
      demo.stdout(),
      new RegExp(
        `error: GET /api/reports/broken failed: Cannot read properties[^\n]+, with its stack; trace_id ${trace}\n`,
      ),
    );
    assert.match(
      demo.stdout(),
      new RegExp(`GET /api/reports/broken, event [0-9a-f]{32}; trace_id ${trace}\n`),
    );
    assert.match(demo.stdout(), new RegExp(`trace ${trace}`));
    assert.match(demo.stdout(), new RegExp(`path="/api/reports/broken",status="500".*trace_id="${trace}"`));
  } finally {
    await demo.stop();
  }
});
