/** Files of their own, read only when they are needed; synchronously, because the application is waiting. */
import { createRequire } from 'node:module';
import type { DatabaseAdapter } from './database/adapter.ts';
import type { DatabaseClient } from './database/client-files.ts';
import type { LoadAdapter } from './http/start-frameworks.ts';
import type { OfficialOptions } from './instrumentations/official/start-official.ts';

const load = createRequire(import.meta.url);

export const loadMetricsSdk = (): typeof import('./metrics/sdk.ts') => load('./metrics-sdk.js');
export const loadTracesSdk = (): typeof import('./traces/sdk.ts') => load('./traces-sdk.js');
export const loadHttp2 = (): typeof import('./http/http2-observer.ts') => load('./http2.js');
export const loadAdapter: LoadAdapter = framework => load(`./framework-${framework}.js`);
export const loadDatabases = (): typeof import('./database/databases.ts') => load('./databases.js');
export const loadClient = (client: DatabaseClient): DatabaseAdapter => load(`./database-${client}.js`);
export const loadOfficial: OfficialOptions['load'] = name => load(`./instrumentation-${name}.js`);
export const loadRequestContexts = (): typeof import('./http/request-contexts.ts') =>
  load('./request-contexts.js');
export const loadErrors = (): typeof import('./errors/errors.ts') => load('./errors.js');
export const loadLogs = (): typeof import('./logs/logs.ts') => load('./logs.js');
export const loadLogger = (): typeof import('./logs/logger/start-logger.ts') => load('./logger.js');
export const loadLoggerBridges = (): typeof import('./logs/logger-bridges.ts') => load('./logger-bridges.js');
