/** Files of their own, read only when they are needed; synchronously, because the application is waiting. */
import { createRequire } from 'node:module';
import type { ObserverFiles } from './observers.ts';

const load = createRequire(import.meta.url);

export const observerFiles: ObserverFiles = {
  loadHttp2: () => load('./http2.js'),
  loadAdapter: framework => load(`./framework-${framework}.js`),
  loadOfficial: name => load(`./instrumentation-${name}.js`),
  loadDatabases: () => load('./databases.js'),
  loadClient: client => load(`./database-${client}.js`),
};

export const loadMetricsSdk = (): typeof import('./metrics/sdk.ts') => load('./metrics-sdk.js');
export const loadTracesSdk = (): typeof import('./traces/sdk.ts') => load('./traces-sdk.js');
export const loadRequestContexts = (): typeof import('./http/request-contexts.ts') =>
  load('./request-contexts.js');
export const loadErrors = (): typeof import('./errors/errors.ts') => load('./errors.js');
export const loadLogs = (): typeof import('./logs/logs.ts') => load('./logs.js');
export const loadLogger = (): typeof import('./logs/logger/start-logger.ts') => load('./logger.js');
export const loadLoggerBridges = (): typeof import('./logs/logger-bridges.ts') => load('./logger-bridges.js');
