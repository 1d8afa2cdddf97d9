/** Logs with one way of bridging Winston, in a process of its own: answers each message with ns of CPU per line. */
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { WinstonInstrumentation } from '@opentelemetry/instrumentation-winston';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { installPatches } from '../../src/instrumentations/module-hooks.ts';
import { startBridges } from '../../src/logs/bridges.ts';
import { activeSpan } from '../../src/traces/active-span.ts';

const require = createRequire(import.meta.url);
const perRound = 50_000;
const way = process.argv[2];

const secrets = /(?:Bearer\s|eyJ|:\/\/[^/\s]*@)/;
/** Stands for redaction: looks at every name and text, finds nothing. */
const redaction = {
  text: text => (secrets.test(text) ? '' : text),
  data: value => (typeof value === 'string' ? redaction.text(value) : value),
  properties: (object, skip) => {
    const found = {};
    for (const name of Object.keys(object)) {
      if (skip?.has(name) || /^(?:password|token|secret)$/.test(name)) continue;
      found[name] = redaction.data(object[name]);
    }
    return found;
  },
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
let taken = 0;
if (way.startsWith('stock')) {
  const taker = { onEmit: () => taken++, forceFlush: async () => {}, shutdown: async () => {} };
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [taker] }));
  new WinstonInstrumentation({ disableLogSending: way === 'stock ids' }).enable();
} else if (way.startsWith('ours')) {
  const options = {
    settings: { enabledInstrumentations: ['winston'], disabledInstrumentations: [], bridgeConsole: false },
    records: way === 'ours ids' ? undefined : { emit: () => taken++, redaction },
    activeTrace: activeSpan,
    now: Date.now,
    load: () => require('../../src/logs/logger-bridges.ts'),
    onFailure: (_hook, error) => {
      throw error;
    },
    undo: [],
  };
  installPatches(startBridges(options), options.onFailure);
}

const winston = require('winston');
let lines = 0;
const transport = new winston.Transport({
  log: (_info, done) => {
    lines++;
    done();
  },
});
const { combine, timestamp, json } = winston.format;
const logger = winston.createLogger({
  format: combine(timestamp(), json()),
  defaultMeta: { service: 'bench' },
  transports: [transport],
});
const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });

process.on('message', () => {
  const [linesBefore, takenBefore] = [lines, taken];
  const before = process.cpuUsage();
  context.with(trace.setSpan(context.active(), span), () => {
    for (let index = 0; index < perRound; index++)
      logger.info('Order paid', { order: index, customer: 'c-17', amount: 12.5, currency: 'EUR' });
  });
  const { user, system } = process.cpuUsage(before);
  process.send({
    nanoseconds: ((user + system) * 1_000) / perRound,
    lines: (lines - linesBefore) / perRound,
    records: (taken - takenBefore) / perRound,
  });
});
process.send('ready');
