import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Context, ROOT_CONTEXT, type Span, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider as SdkTracerProvider } from '@opentelemetry/sdk-trace';
import { withoutDuplicates } from '../../src/traces/stand-ins.ts';

const twin = '@opentelemetry/instrumentation-http';

describe('the tracer of an instrumentation that observes what we observe', () => {
  const contextManager = new AsyncLocalStorageContextManager().enable();
  const ended: string[] = [];
  const sdk: TracerProvider = new SdkTracerProvider({
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: span => void ended.push(span.name),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const provider = withoutDuplicates(sdk, contextManager, name => name === 'http');
  const ours = sdk.getTracer('ours').startSpan('GET /users/:id', {}, ROOT_CONTEXT);
  const inRequest = <Result>(work: () => Result): Result =>
    contextManager.with(trace.setSpan(ROOT_CONTEXT, ours), work);

  test('gets the active span for its own, of which it can change and end nothing', () => {
    inRequest(() => {
      const span = provider.getTracer(twin).startSpan('GET', {}, ROOT_CONTEXT);
      assert.deepEqual(span.spanContext(), ours.spanContext());
      span.setAttribute('a', 1).updateName('other').end();
    });
    assert.equal(ours.isRecording(), true);
    assert.deepEqual(ended, []);
  });

  test('and nothing where none is active', () => {
    assert.equal(trace.isSpanContextValid(provider.getTracer(twin).startSpan('GET').spanContext()), false);
  });

  test('makes what it calls run below it, however it asks', () => {
    const tracer = provider.getTracer(twin);
    const key = Symbol('given');
    const given: Context = ROOT_CONTEXT.setValue(key, true);
    const seen = (span: Span) => ({
      isIt: trace.getSpan(contextManager.active()) === span,
      inTrace: span.spanContext().traceId === ours.spanContext().traceId,
      given: contextManager.active().getValue(key),
    });
    const here = { isIt: true, inTrace: true, given: undefined };
    inRequest(() => {
      assert.deepEqual(tracer.startActiveSpan('x', seen), here);
      assert.deepEqual(tracer.startActiveSpan('x', {}, seen), here);
      assert.deepEqual(tracer.startActiveSpan('x', {}, given, seen), { ...here, given: true });
    });
  });

  test('is the real one where nothing of ours observes the same, and so is everybody else’s', () => {
    for (const name of [
      '@opentelemetry/instrumentation-pg',
      '@opentelemetry/instrumentation-express',
      'app',
    ]) {
      provider.getTracer(name).startSpan(name, {}, ROOT_CONTEXT).end();
      assert.equal(ended.at(-1), name);
    }
    const none = withoutDuplicates(sdk, contextManager, () => false);
    none.getTracer(twin).startSpan('GET', {}, ROOT_CONTEXT).end();
    assert.equal(ended.at(-1), 'GET');
  });

  test('and that of mongoose, where its driver is observed', () => {
    const names = ['mongodb', 'mongoose'].map(name => `@opentelemetry/instrumentation-${name}`);
    const observed = withoutDuplicates(sdk, contextManager, name => name === 'mongodb');
    const before = ended.length;
    for (const name of names) observed.getTracer(name).startSpan('find').end();
    assert.equal(ended.length, before);
    for (const name of names) provider.getTracer(name).startSpan(name, {}, ROOT_CONTEXT).end();
    assert.deepEqual(ended.slice(before), names);
  });
});
