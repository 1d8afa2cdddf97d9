import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ModulePatch, OnHookFailure } from '../instrumentations/module-patch.ts';
import type { Adapter } from './adapter.ts';
import { type Framework, frameworkFiles } from './framework-files.ts';

/** Reads an adapter's file. */
export type LoadAdapter = <Name extends Framework>(framework: Name) => Adapters[Name];

interface Adapters extends Record<Exclude<Framework, 'fastify'>, Adapter> {
  readonly fastify: typeof import('./frameworks/fastify.ts');
}

export interface FrameworksOptions {
  readonly isOn: (framework: Framework) => boolean;
  readonly load: LoadAdapter;
  readonly onFailure: OnHookFailure;
  readonly undo: (() => void)[];
}

const fastifyChannel = 'fastify.initialization';

/** Waits for Fastify, and returns the patches for the other frameworks, which come when the application loads them. */
export const startFrameworks = ({
  isOn,
  load,
  onFailure,
  undo,
}: FrameworksOptions): readonly ModulePatch[] => {
  if (isOn('fastify')) {
    const onInstance = (message: unknown): void => {
      try {
        load('fastify').observeFastify((message as { readonly fastify?: unknown }).fastify, onFailure);
      } catch (error) {
        onFailure('fastify', error);
      }
    };
    subscribe(fastifyChannel, onInstance);
    undo.push(() => void unsubscribe(fastifyChannel, onInstance));
  }
  return frameworkFiles
    .filter(({ framework }) => isOn(framework))
    .map(({ framework, ...place }) => ({
      ...place,
      apply: (exports, folder) =>
        (load(framework) as Adapter).patch({ ...place, exports, folder, onFailure }),
    }));
};
