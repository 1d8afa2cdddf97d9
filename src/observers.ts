import type { Context } from '@opentelemetry/api';
import { knownMethods, otherMethod } from './catalog/http-methods.ts';
import type { DatabaseAdapter } from './database/adapter.ts';
import type { DatabaseCall } from './database/call.ts';
import type { DatabaseClient } from './database/client-files.ts';
import type { SlowCallsOptions } from './database/slow-calls.ts';
import { startDatabases } from './database/start-databases.ts';
import { clientOf, type RequestClient } from './http/client.ts';
import {
  type Arrival,
  createLifetime,
  type EndedRequest,
  type Lifetime,
  type RequestTracing,
} from './http/lifetime.ts';
import type { RequestObservation } from './http/observation.ts';
import { observeRequests } from './http/observer.ts';
import { createPathLabel } from './http/path-label.ts';
import { createRequestFailures, type OnRequestFailure } from './http/request-failures.ts';
import { traceOf } from './http/request-trace.ts';
import { type LoadAdapter, startFrameworks } from './http/start-frameworks.ts';
import type { CallObserverOptions, CallTracing } from './http-client/call.ts';
import { observeHttpCalls } from './http-client/node-http.ts';
import { observeUndiciCalls } from './http-client/undici.ts';
import type { ModuleHooks } from './instrumentations/module-hooks.ts';
import type { ModulePatch, OnHookFailure } from './instrumentations/module-patch.ts';
import { type OfficialOptions, officialPatches } from './instrumentations/official/start-official.ts';
import type { CompletedRequest } from './logs/completed-request.ts';
import type { OwnMetrics } from './metrics/own-metrics.ts';
import type { Store } from './metrics/store.ts';
import { sharedApi } from './open-telemetry-globals.ts';
import { isInstrumented } from './settings/instrumentations.ts';
import type { Settings } from './settings/table.ts';
import { activeTrace } from './traces/active-trace.ts';
import type { TraceIds } from './traces/trace-ids.ts';
import { isUnobserved } from './transport/unobserved.ts';

/** What makes spans of what the observers see. */
export interface ObserverTracing {
  readonly requests: RequestTracing;
  readonly calls: CallTracing;
  /** The request that the code belongs to which calls this. */
  readonly currentRequest: () => RequestObservation | undefined;
  /** The context in which the application is right now; `undefined` outside of any. */
  readonly activeContext: () => Context | undefined;
  /** Makes the span of a database call, and returns where it stands when it is sampled. */
  readonly databaseSpan: (call: DatabaseCall<Context>) => TraceIds | undefined;
}

/** Where the records of requests go. */
export interface RequestLog {
  /** Whether anybody wants one right now. */
  readonly isWanted: () => boolean;
  /** The client's address comes from the headers of a proxy. */
  readonly trustProxy: boolean;
  readonly write: (request: CompletedRequest) => void;
}

/** Where database calls go that took long. */
export type SlowCallLog = NonNullable<SlowCallsOptions<object>['slow']>;

/** Reads files that are needed only when the application loads what they are for. */
export interface ObserverFiles {
  readonly loadHttp2: () => typeof import('./http/http2-observer.ts');
  readonly loadAdapter: LoadAdapter;
  readonly loadOfficial: OfficialOptions['load'];
  /** What all adapters of database clients share, and one of them. */
  readonly loadDatabases: () => typeof import('./database/databases.ts');
  readonly loadClient: (client: DatabaseClient) => DatabaseAdapter;
}

export interface ObserversOptions {
  readonly settings: Pick<
    Settings,
    'enabledInstrumentations' | 'disabledInstrumentations' | 'instrumentationOptions' | 'metricsExporters'
  >;
  readonly store: Store;
  /** `undefined`: nothing is traced. */
  readonly tracing: ObserverTracing | undefined;
  /** What gives requests contexts when nothing is traced; `undefined`: nobody asks to which request something belongs. */
  readonly contexts?: RequestTracing | undefined;
  /**
   * Told once of each request that fails, at its end, before it is logged, or with an error that comes later;
   * `undefined`: nobody asks.
   */
  readonly requestFailures?: OnRequestFailure | undefined;
  /** `undefined`: requests are not logged. */
  readonly requestLog: RequestLog | undefined;
  /** `undefined`: slow database calls are not told. */
  readonly slowCalls: SlowCallLog | undefined;
  /** Shows metrics that are there from now on. */
  readonly addFamilies: OwnMetrics['addFamilies'];
  readonly files: ObserverFiles;
  readonly modules: Pick<ModuleHooks, 'add'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Servers that are none of the application's. */
  readonly isOwnServer: (server: object) => boolean;
  readonly onFailure: OnHookFailure;
  readonly tellOnce: OfficialOptions['tellOnce'];
  /** Gets what takes back each part, as soon as it is there. */
  readonly undo: (() => void)[];
}

/** Starts the observers that the settings ask for, each writing into the store and, with tracing, making spans. */
export const startObservers = (options: ObserversOptions): void => {
  const { settings, onFailure, undo } = options;
  const isOn = (name: Settings['enabledInstrumentations'][number]): boolean => isInstrumented(settings, name);
  const patches: ModulePatch[] = [];
  if (isOn('http')) {
    const lifetime = lifetimeOf(options);
    undo.push(observeRequests({ lifetime, isOwn: options.isOwnServer, activeTrace }));
    undo.push(observeHttpCalls(callsOf(options)));
    patches.push({
      module: 'http2',
      apply: exports => options.files.loadHttp2().patchHttp2(exports, lifetime),
    });
    patches.push(...startFrameworks({ isOn, load: options.files.loadAdapter, onFailure, undo }));
  }
  if (isOn('undici')) undo.push(observeUndiciCalls(callsOf(options)));
  patches.push(...databasePatches(options, isOn));
  patches.push(
    ...officialPatches({
      ...{ isOn, onFailure, tellOnce: options.tellOnce },
      load: options.files.loadOfficial,
      options: settings.instrumentationOptions,
      wanted: officialsFor(options),
    }),
  );
  options.modules.add(patches);
};

/** Nothing beside another SDK: it brings instrumentations of its own, and two would see the same things. */
const officialsFor = ({ settings, tracing }: ObserversOptions): OfficialOptions['wanted'] => {
  if (tracing !== undefined) return 'spans';
  return settings.metricsExporters.length > 0 && sharedApi()?.trace === undefined ? 'metrics' : undefined;
};

const lifetimeOf = (options: ObserversOptions): Lifetime => {
  const { store, tracing, contexts, requestFailures, requestLog, now, onFailure } = options;
  const pathLabel = createPathLabel();
  const failures = requestFailures && createRequestFailures(requestFailures, onFailure);
  const log = (ended: EndedRequest, request: Arrival): void => {
    if (!requestLog?.isWanted()) return;
    try {
      const { client = clientOf(request, requestLog.trustProxy) } = ended.observation;
      requestLog.write(completedRequest(ended, client));
    } catch (error) {
      onFailure('request log', error);
    }
  };
  return createLifetime({
    now,
    tracing: tracing?.requests ?? contexts,
    onStart: (observation, request) => {
      store.httpRequestsInFlight.add(1, observation.method);
      // Now, because the address of a connection that is cut off is gone.
      if (requestLog?.isWanted()) observation.client = clientOf(request, requestLog.trustProxy);
    },
    onEnd: (ended, response) => {
      const { observation, status, seconds } = ended;
      const { method, route, target, trace } = observation;
      store.httpRequestsInFlight.add(-1, method);
      const path = route ?? pathLabel(target, status);
      store.httpRequestDuration.observe(seconds, trace, method, path, String(status));
      failures?.onEnd(ended, response);
      log(ended, response.req);
    },
    onLateError: failures?.onLateError,
    onFailure,
  });
};

const completedRequest = (
  { observation, status, seconds, aborted }: EndedRequest,
  client: RequestClient,
): CompletedRequest => ({
  ...client,
  ...{ target: observation.target, route: observation.route, status, seconds, aborted },
  trace: traceOf(observation),
});

const callsOf = ({ store, tracing, now, onFailure }: ObserversOptions): CallObserverOptions => ({
  now,
  tracing: tracing?.calls,
  isObserved: () => !isUnobserved(),
  onEnd: ({ call: { target, status, trace }, seconds }) =>
    store.httpClientDuration.observe(
      seconds,
      trace,
      knownMethods.has(target.method) ? target.method : otherMethod,
      target.host,
      status === undefined ? 'none' : String(status),
    ),
  onFailure,
});

const databasePatches = (
  options: ObserversOptions,
  isOn: (client: DatabaseClient) => boolean,
): readonly ModulePatch[] => {
  const { store, tracing, slowCalls, onFailure } = options;
  const count = ({ operation, table, seconds, failed }: DatabaseCall<object>, trace?: TraceIds) => {
    store.dbQueryDuration.observe(seconds, trace, operation, table);
    store.dbQueryErrors.add(failed ? 1 : 0, operation, table);
    return trace;
  };
  const shared = { slow: slowCalls, onFailure };
  return startDatabases({
    ...{ isOn, onFailure, load: options.files.loadClient },
    start: () => {
      const { createDatabases } = options.files.loadDatabases();
      const databases =
        tracing === undefined
          ? createDatabases<TraceIds>({
              ...shared,
              record: call => count(call, call.caller),
              active: activeTrace,
            })
          : createDatabases<Context>({
              ...shared,
              record: call => count(call, tracing.databaseSpan(call)),
              active: tracing.activeContext,
            });
      options.addFamilies(databases.pools.families);
      return databases;
    },
  });
};
