import { words } from './parse-lists.ts';
import type { Kind } from './setting.ts';

/** What our own observers are for. By the names of the official instrumentations where there are any, as all of these. */
export const observers = ['http', 'undici'] as const;

/** Clients of databases that have an adapter; what is built on them is counted there. */
export const databases = ['pg', 'postgres', 'pglite', 'better-sqlite3', 'node-sqlite', 'tedious'] as const;

/** What adapters are for, to which the observer of HTTP requests owes routes and errors. */
export const frameworks = [
  'express',
  'fastify',
  'koa',
  'hono',
  'nestjs-core',
  'hapi',
  'restify',
  'connect',
  'react-router',
  'next',
  'h3',
  'trpc',
] as const;

/** What bridges are for. Each has lines of its own, and nothing to say where an application has none. */
const loggers = ['winston', 'pino', 'bunyan'] as const;

/** Official instrumentations that come with the package. */
export const official = [
  'amqplib',
  'aws-sdk',
  'dataloader',
  'generic-pool',
  'graphql',
  'grpc',
  'kafkajs',
  'lru-memoizer',
  'socket.io',
] as const;

/**
 * Those that make spans of whatever the process does, and are there for the search for one fault; and `openai`, whose
 * instrumentation reads answers before the application can.
 */
export const offByDefault = ['dns', 'fs', 'net', 'openai'] as const;

/** Official instrumentations that do not come with it. A list of another set-up may name them, which is no mistake. */
export const notOffered = [
  'aws-lambda',
  'cassandra-driver',
  'cucumber',
  'host-metrics',
  'ioredis',
  'knex',
  'memcached',
  'mongodb',
  'mongoose',
  'mysql',
  'mysql2',
  'oracledb',
  'redis',
  'runtime-node',
] as const;

export const onByDefault: readonly (
  | (typeof observers)[number]
  | (typeof databases)[number]
  | (typeof frameworks)[number]
  | (typeof loggers)[number]
  | (typeof official)[number]
)[] = [...observers, ...databases, ...frameworks, ...loggers, ...official];

export type InstrumentationName =
  | (typeof onByDefault)[number]
  | (typeof offByDefault)[number]
  | (typeof notOffered)[number];

const packagePrefix = '@opentelemetry/instrumentation-';

/** The name of a package stands for what is in it; Express' router is seen by what sees Express. */
const nameOf = (given: string): string => {
  const name = given.startsWith(packagePrefix) ? given.slice(packagePrefix.length) : given;
  return name === 'router' ? 'express' : name;
};

export const instrumentationNames: Kind<readonly InstrumentationName[]> = {
  ...words([...onByDefault, ...offByDefault, ...notOffered], nameOf),
  expected: 'a list of names that docs/instrumentations.md knows',
};
