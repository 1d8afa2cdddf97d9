/** Hono's build for `require`, patched in this process, and what a request comes to in it. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after } from 'node:test';
import { type FrameworkFile, frameworkFiles } from '../../src/http/framework-files.ts';
import { patch } from '../../src/http/frameworks/hono.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope, type RouteScope } from '../../src/http/route-scope.ts';
import { root } from '../child.ts';

export const folder: string = path.join(root, 'test/fixtures/hono-4/node_modules/hono');
export const own: NodeJS.Require = createRequire(path.join(folder, 'package.json'));
export const files: readonly FrameworkFile[] = frameworkFiles.filter(({ framework }) => framework === 'hono');
const failures: unknown[] = [];
export const onFailure = (hook: string, error: unknown): unknown => failures.push([hook, error]);

export type Handler = (context: Context, next: () => Promise<void>) => unknown;
export interface Context {
  text(body: string, status?: number): Response;
  notFound(): Response;
}
export interface App {
  readonly routes: readonly { readonly handler: unknown }[];
  get(...parameters: readonly unknown[]): App;
  all(...parameters: readonly unknown[]): App;
  use(...parameters: readonly unknown[]): App;
  route(path: string, app: App): App;
  mount(path: string, fetch: unknown, options?: unknown): App;
  notFound(handler: Handler): App;
  onError(handler: (error: Error, context: Context) => unknown): App;
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
  request(path: string): Response | Promise<Response>;
}
type HonoClass = new (options?: { readonly router: unknown }) => App;

// Before an application is made: its routes are seen when they are registered.
const undo = files
  .filter(({ file }) => file?.startsWith('dist/cjs/'))
  .map(({ file = '', module }) =>
    patch({ module, file, exports: own(path.join(folder, file)), folder, onFailure }),
  );
after(() => {
  for (const step of undo) step?.();
});
export const Hono: HonoClass = own('hono').Hono;
export const respond: Handler = context => context.text('ok');
export const passing: Handler = (_context, next) => next();
export const refusing: Handler = (context, _next) => context.text('no', 401);
export const failing: Handler = () => {
  throw new Error('boom');
};

export interface Answered {
  readonly status: number;
  readonly observation: RequestObservation;
}

/** Asks an application as @hono/node-server does it, for a target that may be longer than the path that it sees. */
export const ask = async (
  app: App,
  path: string,
  {
    target = path,
    scope = createRootScope(),
  }: { readonly target?: string; readonly scope?: RouteScope } = {},
): Promise<Answered> => {
  const observation = createObservation('GET', target, 0, scope);
  const incoming = {};
  attach(incoming, observation);
  const { status } = await app.fetch(new Request(`http://localhost${path}`), { incoming });
  return { status, observation };
};

after(() => assert.deepEqual(failures, []));
