import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { findInApplication } from '../../host/application-package.ts';
import type { ModulePatch, OnHookFailure } from '../../instrumentations/module-patch.ts';

export type LoadFrameworks = () => typeof import('./frameworks.ts');

export interface FrameworksOptions {
  readonly isOn: (framework: 'fastify' | 'koa') => boolean;
  /** Reads the file with the adapters. */
  readonly load: LoadFrameworks;
  readonly onFailure: OnHookFailure;
  readonly undo: (() => void)[];
}

const fastifyChannel = 'fastify.initialization';

/** Waits for Fastify and Koa, and returns the patches for what the application requires of them. */
export const startFrameworks = (options: FrameworksOptions): readonly ModulePatch[] => {
  const { isOn, load, onFailure, undo } = options;
  if (isOn('fastify')) {
    const onInstance = (message: unknown): void => {
      try {
        load().observeFastify((message as { readonly fastify?: unknown }).fastify, onFailure);
      } catch (error) {
        onFailure('fastify', error);
      }
    };
    subscribe(fastifyChannel, onInstance);
    undo.push(() => void unsubscribe(fastifyChannel, onInstance));
  }
  if (!isOn('koa')) return [];
  // Watched only where there is a Koa, as it makes every `require` of the process somewhat slower.
  if (findInApplication('koa') !== undefined) undo.push(load().patchImportedKoa(onFailure));
  return [
    { module: 'koa', apply: exports => load().patchKoaApplication(exports, onFailure) },
    { module: 'koa', file: 'lib/context.js', apply: exports => load().patchKoaContext(exports, onFailure) },
  ];
};
