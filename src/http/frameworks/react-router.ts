import { createRequire } from 'node:module';
import path from 'node:path';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { createHandlerPatch } from './react-router-handler.ts';
import type { MatchRoutes } from './react-router-routes.ts';
import { createServerPatch, type Server } from './react-router-server.ts';

interface Exports {
  createRequestHandler?: unknown;
  createRequestListener?: unknown;
  readonly matchRoutes?: unknown;
}

/** What this adapter has put in place of a function: the same exports may come twice. */
const ours = new WeakSet<AnyFunction>();

/**
 * Routes and errors of React Router 7 and 8 and of Remix 2. The framework's own handler knows only a Fetch request; what
 * hands it over, for Express or for Node.js' own server, knows the request of Node.js. So both are patched.
 */
export const patch = ({ module, exports, folder, onFailure }: LoadedFile): (() => void) | undefined => {
  const target = exports as Exports;
  const undo: (() => void)[] = [];

  const replace = (
    name: 'createRequestHandler' | 'createRequestListener',
    replacement: (original: AnyFunction) => AnyFunction,
  ): void => {
    const original = target[name];
    if (typeof original !== 'function') {
      throw new Error(`this ${module} has no ${name}, so its requests are counted without routes and errors`);
    }
    if (ours.has(original as AnyFunction)) return;
    const replaced = replacement(original as AnyFunction);
    ours.add(replaced);
    target[name] = replaced;
  };

  const serve = (name: 'createRequestHandler' | 'createRequestListener', server: Server): void =>
    replace(name, original => {
      const { replacement, stop } = createServerPatch(original, server, onFailure);
      undo.push(stop);
      return replacement;
    });

  switch (module) {
    case '@react-router/express':
    case '@remix-run/express':
      serve('createRequestHandler', 'express');
      break;
    case '@react-router/node':
      serve('createRequestListener', 'node');
      break;
    default: {
      // React Router 6 routes in the browser only.
      if (target.createRequestHandler === undefined) return undefined;
      const isRemix = module !== 'react-router';
      const matchRoutes = isRemix ? requireFrom(folder, '@remix-run/router').matchRoutes : target.matchRoutes;
      replace('createRequestHandler', original =>
        createHandlerPatch({ original, matchRoutes: matchRoutes as MatchRoutes, isRemix, onFailure }),
      );
    }
  }
  return () => {
    for (const step of undo) step();
  };
};

const requireFrom = (folder: string | undefined, name: string): Exports =>
  createRequire(path.join(folder ?? '', 'package.json'))(name) as Exports;
