import { arch, availableParallelism, freemem, release, totalmem, type } from 'node:os';
import type { Event } from '@sentry/core';

/** Bound now, so that an application's fake timers do not become our clock. */
const uptime = process.uptime.bind(process);

/**
 * What is known of the process that failed, none of which names a person, a folder or a setting. Source: Sentry's
 * developer documentation, "Contexts Interface".
 */
export const processContexts = (time: number): NonNullable<Event['contexts']> => ({
  runtime: { name: 'node', version: process.version },
  os: { name: type(), kernel_version: release() },
  device: {
    arch: arch(),
    memory_size: totalmem(),
    free_memory: freemem(),
    processor_count: availableParallelism(),
  },
  app: {
    app_start_time: new Date(time - uptime() * 1_000).toISOString(),
    app_memory: process.memoryUsage.rss(),
  },
});
