import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { keepRequestContext } from '../../src/http/keep-context.ts';
import type { Emitter } from '../../src/http/replace-emit.ts';

test('node:domain, loaded after us, still takes what listeners of requests throw', () => {
  const kept = keepRequestContext({
    current: () => undefined,
    emitWithin: (_observation, emit, emitter, values) => Reflect.apply(emit, emitter, values),
  });
  const original = EventEmitter.prototype.emit;
  const events: unknown[] = [];
  EventEmitter.prototype.emit = function emit(this: Emitter, ...values: Parameters<typeof original>) {
    events.push(values[0]);
    return Reflect.apply(original, this, values);
  } as typeof original;
  try {
    new IncomingMessage(new Socket()).emit('close');
    assert.deepEqual(events, ['close']);
  } finally {
    EventEmitter.prototype.emit = original;
    kept.stop();
  }
});
