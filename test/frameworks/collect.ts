/** A preload that observes requests as the real one does, and prints each failure of a request as a line. */
import { createNoopMeter, type MeterProvider } from '@opentelemetry/api';
import { createRequestContexts } from '../../src/http/request-contexts.ts';
import type { RequestFailure } from '../../src/http/request-failures.ts';
import * as frameworks from '../../src/http/routes/frameworks.ts';
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts';
import { startObservers } from '../../src/observers.ts';
import { publishGlobals } from '../../src/open-telemetry-globals.ts';
import { readSettings } from '../../src/settings/read.ts';
import * as sdk from '../../src/traces/sdk.ts';
import { startTracing } from '../../src/traces/start-tracing.ts';

const now = performance.now.bind(performance);
const { settings } = readSettings(process.env);
const { running } = startTracing({
  now,
  settings,
  resource: {},
  scope: { name: 'test', version: '' },
  loadSdk: () => sdk,
  onDropped: () => {},
  onFailing: () => {},
  onRecovered: () => {},
});
const contexts = running?.observers === undefined ? createRequestContexts() : undefined;
const currentRequest = running?.observers?.currentRequest ?? contexts?.currentRequest;

const print = ({ error, observation, status, trace, user }: RequestFailure): void => {
  const message = error instanceof Error ? error.message : error;
  const { method, route } = observation;
  console.log(`failure ${JSON.stringify({ method, route, status, message, trace, user })}`);
};

startObservers({
  settings,
  store: createOwnMetrics({
    now,
    httpBuckets: settings.httpBuckets,
    dbBuckets: settings.dbBuckets,
    maxSeries: 2_000,
    onFirstOverflow: () => {},
    read: true,
  }).store,
  tracing: running?.observers,
  contexts,
  requestFailures: print,
  requestLog: undefined,
  loadFrameworks: () => frameworks,
  now,
  isOwnServer: () => false,
  onFailure: (hook, error) => console.log('hook failure', hook, error),
  undo: [],
});
publishGlobals({
  provider: { getMeter: createNoopMeter } as MeterProvider,
  tracing: running?.register,
  logs: undefined,
  diagnosticLevel: 'error',
  reportOnce: (_cause, line) => console.log(line),
  onMetricsTaken: () => {},
  script: process.argv[1],
});

/** For applications that say which request they believe to be in. */
Object.assign(globalThis, { currentTarget: () => currentRequest?.()?.target });
