import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { targetInfo } from '../../src/prometheus/target-info.ts';

test('only attributes from the list are shown, never a command line', () => {
  const family = targetInfo({
    'process.command_args': '--db-password=secret',
    'process.command_line': 'node app.js --token=secret',
    'service.name': 'shop "1"',
    'custom.key': 'secret',
    'deployment.environment.name': 'production',
  });
  assert.equal(
    [...expose([family], textFormat)].join(''),
    '# HELP target_info Target metadata\n# TYPE target_info gauge\n' +
      'target_info{service_name="shop \\"1\\"",deployment_environment_name="production"} 1\n',
  );
});
