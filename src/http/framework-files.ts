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

const honoFiles = ['dist', 'dist/cjs'].flatMap((build): readonly FrameworkFile[] => {
  const hono = { framework: 'hono', module: 'hono' } as const;
  return [
    ...['smart', 'reg-exp', 'trie', 'linear', 'pattern'].map(name => ({
      ...hono,
      file: `${build}/router/${name}-router/router.js`,
    })),
    { ...hono, file: `${build}/helper/streaming/stream.js`, replaces: ['stream'] },
    { ...hono, file: `${build}/helper/streaming/sse.js`, replaces: ['streamSSE'] },
  ];
});

const trpcFiles = ['mjs', 'cjs', 'js'].flatMap((type): readonly FrameworkFile[] => {
  const trpc = { framework: 'trpc', module: '@trpc/server' } as const;
  return [
    {
      ...trpc,
      file: `dist/adapters/standalone.${type}`,
      replaces: ['createHTTPHandler', 'createHTTPServer', 'createHTTP2Handler'],
    },
    { ...trpc, file: `dist/adapters/express.${type}`, replaces: ['createExpressMiddleware'] },
  ];
});

/** Version 1 is a file for each module system, version 2 an ES module with classes. */
const h3Files: readonly FrameworkFile[] = [
  { framework: 'h3', module: 'h3' },
  ...['dist/index.mjs', 'dist/index.cjs'].map(file => ({
    ...{ framework: 'h3' as const, module: 'h3', file },
    replaces: ['createApp', 'createRouter', 'useBase'],
  })),
];

/** Which files wait for which adapter: all that is known of a framework until the application loads it. */
export const frameworkFiles: readonly FrameworkFile[] = [
  { framework: 'express', module: 'router' },
  { framework: 'express', module: 'router', file: 'lib/layer.js' },
  { framework: 'express', module: 'express', file: 'lib/router/index.js' },
  { framework: 'express', module: 'express', file: 'lib/router/layer.js' },
  { framework: 'koa', module: 'koa' },
  { framework: 'koa', module: 'koa', file: 'lib/application.js' },
  { framework: 'koa', module: 'koa', file: 'lib/context.js' },
  { framework: 'next', module: 'next', file: 'dist/server/next-server.js' },
  { framework: 'next', module: 'next', file: 'dist/server/serve-static.js', replaces: ['serveStatic'] },
  { framework: 'next', module: 'next', file: 'dist/server/lib/trace/tracer.js' },
  {
    framework: 'next',
    module: 'next',
    file: 'dist/server/lib/router-utils/instrumentation-globals.external.js',
    replaces: ['instrumentationOnRequestError'],
  },
  { framework: 'hapi', module: '@hapi/hapi', file: 'lib/request.js' },
  { framework: 'hapi', module: '@hapi/hapi', file: 'lib/toolkit.js' },
  { framework: 'restify', module: 'restify', file: 'lib/server.js' },
  { framework: 'connect', module: 'connect', replaces: ['default'] },
  { framework: 'connect', module: 'connect', file: 'index.js', replaces: ['default'] },
  { framework: 'nestjs-core', module: '@nestjs/core', file: 'exceptions/exceptions-handler.js' },
  { framework: 'nestjs-core', module: '@nestjs/platform-express', file: 'adapters/express-adapter.js' },
  ...honoFiles,
  ...trpcFiles,
  { framework: 'react-router', module: 'react-router', replaces: ['createRequestHandler', 'matchRoutes'] },
  { framework: 'react-router', module: '@react-router/express', replaces: ['createRequestHandler'] },
  { framework: 'react-router', module: '@react-router/node', replaces: ['createRequestListener'] },
  { framework: 'react-router', module: '@remix-run/server-runtime', replaces: ['createRequestHandler'] },
  { framework: 'react-router', module: '@remix-run/express', replaces: ['createRequestHandler'] },
  ...h3Files,
];
