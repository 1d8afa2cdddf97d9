/** A framework by the name that settings call it, that of its official instrumentation where it has one. */
export type Framework =
  | 'express'
  | 'fastify'
  | 'koa'
  | 'hono'
  | 'nestjs-core'
  | 'hapi'
  | 'restify'
  | 'connect'
  | 'react-router'
  | 'next'
  | 'h3'
  | 'trpc';

/** A file of a framework that its adapter patches. */
export interface FrameworkFile {
  readonly framework: Framework;
  readonly module: string;
  /** Absent: the package's main export. */
  readonly file?: string;
  /** Exports that the adapter replaces; whatever else it changes, it changes in place. */
  readonly replaces?: readonly string[];
}

/** Which files wait for which adapter: all that is known of a framework until the application loads it. */
export const frameworkFiles: readonly FrameworkFile[] = [
  { framework: 'express', module: 'router' },
  { framework: 'express', module: 'router', file: 'lib/layer.js' },
  { framework: 'express', module: 'express', file: 'lib/router/index.js' },
  { framework: 'express', module: 'express', file: 'lib/router/layer.js' },
  { framework: 'koa', module: 'koa' },
  { framework: 'koa', module: 'koa', file: 'lib/application.js' },
  { framework: 'koa', module: 'koa', file: 'lib/context.js' },
  { framework: 'h3', module: 'h3' },
  {
    framework: 'h3',
    module: 'h3',
    file: 'dist/index.mjs',
    replaces: ['createApp', 'createRouter', 'useBase'],
  },
  {
    framework: 'h3',
    module: 'h3',
    file: 'dist/index.cjs',
    replaces: ['createApp', 'createRouter', 'useBase'],
  },
];
