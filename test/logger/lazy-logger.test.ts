import assert from 'node:assert/strict';
import { test } from 'node:test';
import winston from 'winston';
import { createLazyLogger } from '../../src/logs/lazy-logger.ts';
import { memoryLogging } from './memory-logging.ts';

const lazily = () => {
  const ours = memoryLogging();
  let made = 0;
  const logger = createLazyLogger(() => {
    made += 1;
    return ours.logger();
  });
  return { ours, logger, made: () => made };
};

test('is made once, by the first call', () => {
  const { ours, logger, made } = lazily();
  const { info } = logger;
  assert.equal(made(), 0);
  info('a');
  logger.info('b');
  assert.equal(made(), 1);
  assert.deepEqual(
    ours.lines().map(({ message }) => message),
    ['a', 'b'],
  );
});

test('is the logger in all that it has', () => {
  const { ours, logger } = lazily();
  assert.equal(logger.level, 'info');
  logger.level = 'warn';
  assert.equal(ours.logger().level, 'warn');
  assert.ok('exceptions' in logger);
  assert.ok(logger instanceof winston.Logger);
  logger.level = 'info';
  logger.child({ request: 7 }).info('child');
  Object.create(logger, { extra: { value: 1 } }).info('inherited');
  logger.profile('p').profile('p');
  logger.startTimer().done({ message: 'timed' });
  assert.deepEqual(
    ours.lines().map(({ message, request }) => [message, request]),
    [
      ['child', 7],
      ['inherited', undefined],
      ['p', undefined],
      ['timed', undefined],
    ],
  );
  assert.equal(logger.transports.length, 2);
});

test("a test's spy takes the place of a method, and gives it back", t => {
  const { ours, logger } = lazily();
  logger.info('before');
  const original = logger.info;
  const spy = t.mock.method(logger as unknown as { info: () => unknown }, 'info', () => logger);
  logger.info('spied');
  assert.equal(spy.mock.callCount(), 1);
  assert.equal(ours.lines().length, 1);
  spy.mock.restore();
  logger.info('after');
  assert.equal(ours.lines().length, 2);
  const by: unknown[] = [];
  (logger as { info: unknown }).info = (text: unknown) => by.push(text);
  logger.info('assigned');
  (logger as { info: unknown }).info = original;
  logger.info('restored');
  assert.deepEqual([by, ours.lines().length], [['assigned'], 3]);
});
