import type { ErrorsApi } from './errors/api.ts';
import type { Logging } from './logs/logger/logging.ts';
import type { ActiveUsersApi } from './metrics/active-users/api.ts';
import type { Page, PageRequest } from './prometheus/page.ts';

/** What preload and API share, across all copies of this package in a process. */
export interface Monitoring {
  readonly version: string;
  /** The metrics page, as the endpoint serves it. Rejects when the collection fails. */
  readonly page: (request: PageRequest) => Promise<Page>;
  /** Whether an `Authorization` header opens the metrics, by the token settings. */
  readonly authorize: (header: string | undefined) => boolean;
  readonly activeUsers: ActiveUsersApi;
  /** Loggers with this process's settings; loaded when they are first asked for. */
  readonly logging: () => Logging;
  readonly errors: ErrorsApi;
  /** Flushes, closes and takes back everything that was started; never rejects. */
  readonly shutdown: () => Promise<void>;
}

const key = Symbol.for('@ykmake/monitoring');
type Holder = { [key]?: Monitoring };

/** The running instance, whichever copy of the package started it. */
export const currentMonitoring = (): Monitoring | undefined => (globalThis as Holder)[key];

/** The only global state of the package; not enumerable, so that nobody trips over it. */
export const publishMonitoring = (monitoring: Monitoring | undefined): void => {
  Object.defineProperty(globalThis, key, { value: monitoring, configurable: true, writable: true });
};
