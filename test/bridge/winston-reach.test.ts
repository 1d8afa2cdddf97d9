import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import type winston from 'winston';
import { linesTo, patchedWinston, type Winston, winstonFolders } from './loggers.ts';

type Create = Winston['createLogger'];

for (const [version, folder] of Object.entries(winstonFolders)) {
  describe(`what reaches a transport of Winston ${version}`, () => {
    const setUp = () => {
      const patched = patchedWinston(folder);
      const all: string[][] = [];
      return {
        ...patched,
        transport: (options: Record<string, unknown> = {}): winston.transport => {
          const { lines, transport } = linesTo(patched.winston, options);
          all.push(lines);
          return transport;
        },
        create: ((options = {}) => patched.winston.createLogger(options)) as Create,
        /** Every message that some transport has written, in the order of the records. */
        assertSame: (count: number) => {
          const written = new Set(all.flat().map(line => JSON.parse(line).message));
          const sent = patched.collected.map(({ body }) => body);
          assert.deepEqual(new Set(sent), written);
          assert.equal(sent.length, written.size, `more than once: ${sent}`);
          assert.equal(sent.length, count, `${sent}`);
          assert.deepEqual(patched.failures, []);
        },
      };
    };
    const logAll = (logger: winston.Logger, prefix = ''): void => {
      for (const level of Object.keys(logger.levels)) logger.log(level, `${prefix}${level}`);
    };

    test('is sent: levels of the logger and its transports, changed while it runs', () => {
      const { create, transport, assertSame, winston } = setUp();
      const quiet = transport({ level: 'error' });
      const logger = create({ level: 'warn', transports: [quiet, transport()] });
      logAll(logger, 'first ');
      assertSame(2);
      logger.level = 'info';
      logAll(logger, 'second ');
      assertSame(2 + 3);
      quiet.level = 'debug';
      logAll(logger, 'third ');
      assertSame(2 + 3 + 6);
      logger.remove(quiet);
      logAll(logger, 'fourth ');
      assertSame(2 + 3 + 6 + 3);
      logger.configure({ level: 'error', transports: [transport()] });
      logAll(logger, 'fifth ');
      assertSame(2 + 3 + 6 + 3 + 1);
      logAll(
        create({ levels: winston.config.syslog.levels, level: 'crit', transports: [transport()] }),
        'sixth ',
      );
      assertSame(2 + 3 + 6 + 3 + 1 + 3);
    });

    test('is sent: levels of its own, and one that nobody knows is not', t => {
      t.mock.method(console, 'error', () => {});
      const { create, transport, assertSame } = setUp();
      const logger = create({ levels: { loud: 0, low: 1 }, level: 'loud', transports: [transport()] });
      logAll(logger);
      logger.log('unheard', 'unheard');
      assertSame(1);
    });

    test('is sent: silent loggers and transports', () => {
      const { create, transport, assertSame } = setUp();
      const silent = transport({ silent: true });
      const logger = create({ transports: [silent] });
      logger.info('one');
      assertSame(0);
      logger.add(transport());
      logger.info('two');
      assertSame(1);
      logger.silent = true;
      logger.info('three');
      assertSame(1);
      create({ silent: true, transports: [transport()] }).error('four');
      assertSame(1);
    });

    test('is sent once: two loggers with one array of transports', () => {
      const { create, transport, assertSame, winston } = setUp();
      const transports = [transport(), transport({ level: 'error' })];
      create({ transports }).info('one');
      create({ transports }).error('two');
      const container = new winston.Container({ transports });
      container.get('a').info('three');
      container.get('b').error('four');
      assertSame(4);
    });

    test('is sent once: winston.info, children, write', () => {
      const { transport, assertSame, winston } = setUp();
      winston.add(transport());
      winston.info('one');
      winston.child({ a: 1 }).info('two');
      winston.log('error', 'three');
      winston.loggers.get('some', { transports: [transport()] }).info('four');
      assertSame(4);
    });

    test('is sent once: a logger that is piped into another one', () => {
      const { create, transport, assertSame, collected } = setUp();
      const second = create({ transports: [transport()], defaultMeta: { second: true } });
      const first = create({ transports: [] });
      first.pipe(second as unknown as Writable);
      first.info('only the second writes it');
      assertSame(1);
      const both = create({ transports: [transport()] });
      both.pipe(second as unknown as Writable);
      both.info('both write it');
      assertSame(2);
      both.debug('none writes it');
      assertSame(2);
      assert.deepEqual(
        collected.map(({ severityText }) => severityText),
        ['info', 'info'],
      );
    });

    test('is sent each time that one object is logged, by a logger that is piped into others, too', () => {
      const { create, transport, collected } = setUp();
      const [second, third] = [create({ transports: [transport()] }), create({ transports: [transport()] })];
      const first = create({ transports: [transport()] });
      first.pipe(second as unknown as Writable);
      first.pipe(third as unknown as Writable);
      const info = { level: 'info', message: 'again' };
      for (const [index, logger] of [first, second, first, third, second].entries()) {
        logger.log(info);
        assert.equal(collected.length, index + 1);
      }
    });

    test('is sent: a stream that is no transport', () => {
      const { create, collected } = setUp();
      const lines: unknown[] = [];
      const logger = create({ level: 'error' });
      logger.pipe(new Writable({ objectMode: true, write: (info, _, done) => done(void lines.push(info)) }));
      logger.debug('anything');
      assert.equal(lines.length, 1);
      assert.equal(collected.length, 1);
    });

    test('is sent: exceptions where a transport takes them', () => {
      const { create, transport, assertSame, winston } = setUp();
      const info = { level: 'error', exception: true, error: new Error('thrown') };
      const deaf = create({ transports: [transport()] });
      deaf.log({ ...info, message: 'nobody takes it' });
      assertSame(0);
      const logger = create({
        exitOnError: false,
        transports: [transport()],
        exceptionHandlers: [transport()],
      });
      logger.log({ ...info, message: 'the handler takes it' });
      assertSame(1);
      logger.exceptions.unhandle();
      const hearing = create({ exitOnError: false, transports: [transport({ handleExceptions: true })] });
      hearing.log({ ...info, message: 'the transport takes it' });
      assertSame(2);
      hearing.exceptions.unhandle();
      assert.ok(winston);
    });

    test('is sent: an old transport behind its wrapper', t => {
      t.mock.method(console, 'error', () => {});
      const { create, collected, winston } = setUp();
      const messages: string[] = [];
      const old = Object.assign(new Writable(), {
        name: 'old',
        level: 'warn',
        log: (_level: string, message: string, _info: object, _done: () => void) => messages.push(message),
      });
      const logger = create({ transports: [old as never] });
      logger.info('info');
      logger.warn('warn');
      assert.deepEqual(
        collected.map(({ body }) => body),
        messages,
      );
      assert.deepEqual(messages, ['warn']);
      assert.ok(winston);
    });

    test('is left to the transport of OpenTelemetry where a logger has it', () => {
      const { create, transport, collected, winston } = setUp();
      class OpenTelemetryTransportV3 extends (
        winston as unknown as { Transport: new (o?: object) => Writable }
      ).Transport {
        log(_info: object, done: () => void): void {
          done();
        }
      }
      const logger = create({
        level: 'info',
        transports: [transport(), new OpenTelemetryTransportV3() as never],
      });
      logger.info('it has it');
      assert.deepEqual(collected, []);
      create({ transports: [transport({ level: 'debug' }), new OpenTelemetryTransportV3() as never] }).debug(
        'not this',
      );
      assert.deepEqual(
        collected.map(({ body }) => body),
        ['not this'],
      );
    });

    test('is what the level of the logger allows where there is no transport yet', t => {
      t.mock.method(console, 'error', () => {});
      const { create, collected } = setUp();
      const logger = create({ level: 'info' });
      logger.info('one');
      logger.debug('two');
      assert.deepEqual(
        collected.map(({ body }) => body),
        ['one'],
      );
    });
  });
}
