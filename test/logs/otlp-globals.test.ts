import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, beforeEach, describe, test } from 'node:test';
import { createNoopMeter, type LoggerProvider, logs } from '@opentelemetry/api';
import { otherLoggerProvider, publishGlobals } from '../../src/open-telemetry-globals.ts';
import { root } from '../child.ts';

const apiLogs = createRequire(`${root}/test/fixtures/api-logs/`)('@opentelemetry/api-logs');
const logsKey = Symbol.for('io.opentelemetry.js.api.logs');

const provider = (name: string): LoggerProvider & { readonly emitted: string[] } => {
  const emitted: string[] = [];
  return {
    emitted,
    getLogger: scope => ({ emit: () => void emitted.push(`${name} ${scope}`), enabled: () => true }),
  };
};

const publish = (given: LoggerProvider | undefined): (() => void) =>
  publishGlobals({
    provider: { getMeter: () => createNoopMeter() },
    tracing: undefined,
    logs: given,
    diagnosticLevel: 'none',
    reportOnce: () => {},
    onMetricsTaken: () => {},
    script: undefined,
  });

/** Emits through both APIs. */
const emit = (): void => {
  logs.getLogger('api').emit({});
  apiLogs.logs.getLogger('api-logs').emit({});
};

const clear = (): void => {
  logs.disable();
  apiLogs.logs.disable();
};

describe('the provider of loggers, published', () => {
  beforeEach(clear);
  after(clear);

  test('is found through both APIs, and by nobody once it is taken back', () => {
    const ours = provider('ours');
    const undo = publish(ours);
    emit();
    assert.deepEqual(ours.emitted, ['ours api', 'ours api-logs']);
    undo();
    emit();
    assert.equal(ours.emitted.length, 2);
    assert.equal(logsKey in globalThis, false);
    assert.equal(otherLoggerProvider(), undefined);
  });

  test('leaves the place to one that was first, in either API, also when it is taken back', () => {
    for (const api of [logs, apiLogs.logs]) {
      clear();
      const [theirs, ours] = [provider('theirs'), provider('ours')];
      api.setGlobalLoggerProvider(theirs);
      assert.equal(otherLoggerProvider(), theirs);
      const undo = publish(ours);
      emit();
      assert.deepEqual([theirs.emitted.length, ours.emitted.length], [1, 1]);
      undo();
      emit();
      assert.deepEqual([theirs.emitted.length, ours.emitted.length], [2, 1]);
    }
  });

  test('is not there for an api-logs of another interface', () => {
    const undo = publish(provider('ours'));
    const getter = (globalThis as { [logsKey]?: (version: number) => unknown })[logsKey];
    assert.equal(getter?.(2), undefined);
    undo();
  });

  test('control: without one nothing is published', () => {
    const undo = publish(undefined);
    assert.equal(otherLoggerProvider(), undefined);
    undo();
  });
});
