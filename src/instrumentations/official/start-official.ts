import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reasonOf } from '../../host/report.ts';
import type { ModulePatch, OnHookFailure } from '../module-patch.ts';
import { type Official, type OfficialName, officialInstrumentations } from './catalogue.ts';
import type { instrument, LoadedLibrary, Patched } from './instrument.ts';

/** A file with an official instrumentation, bundled with all that it needs. */
export interface OfficialFile {
  readonly Instrumentation: new (options: never) => object;
  readonly instrument: typeof instrument;
}

export interface OfficialOptions {
  readonly isOn: (name: OfficialName) => boolean;
  /** What the application sets, by name. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What they are wanted for: metrics are made anyway where spans are. */
  readonly wanted: 'spans' | 'metrics' | undefined;
  /** Reads the file with an instrumentation. */
  readonly load: (name: OfficialName) => OfficialFile;
  readonly onFailure: OnHookFailure;
  /** Says once why a library is not observed. */
  readonly tellOnce: (cause: string, line: string) => void;
}

/** The patches that wait for the libraries of official instrumentations. Nothing of OpenTelemetry is read before. */
export const officialPatches = (options: OfficialOptions): readonly ModulePatch[] => {
  if (options.wanted === undefined) return [];
  return Object.entries<Official>(officialInstrumentations)
    .filter(
      ([name, { metrics }]) => options.isOn(name as OfficialName) && (options.wanted === 'spans' || metrics),
    )
    .flatMap(([name, official]) => patchesOf(name as OfficialName, official, options));
};

const patchesOf = (
  name: OfficialName,
  { files, replaces, options: chosen }: Official,
  { options, wanted, load, onFailure, tellOnce }: OfficialOptions,
): readonly ModulePatch[] => {
  let patch: ((loaded: LoadedLibrary) => Patched) | undefined;
  let isBroken = false;
  const apply = (loaded: LoadedLibrary): Patched | undefined => {
    if (isBroken) return undefined;
    try {
      if (patch === undefined) {
        isBroken = true;
        const { Instrumentation, instrument } = load(name);
        patch = instrument(Instrumentation, {
          options: { ...chosen, ...options[name] },
          traced: wanted === 'spans',
        });
        isBroken = false;
      }
      const patched = patch(loaded);
      if (patched.onlyFor !== undefined) {
        const library = `${loaded.module} ${versionOf(loaded)}`;
        tellOnce(
          library,
          `${library} is used without ${wanted}: its instrumentation is for ${patched.onlyFor}`,
        );
      }
      return patched;
    } catch (error) {
      onFailure(name, `${loaded.module} ${versionOf(loaded)} is used without ${wanted}: ${reasonOf(error)}`);
      return undefined;
    }
  };
  return files.map(place => {
    const { module, file } = placeOf(place);
    if (replaces?.includes(place) !== true) {
      return {
        module,
        ...file,
        apply: (exports, folder) => apply({ module, ...file, exports, folder })?.undo,
      };
    }
    return {
      ...{ module, ...file, replaces: ['default'] },
      apply: (view, folder) => {
        const exports = view as { default: unknown };
        const patched = apply({ module, ...file, exports: exports.default, folder });
        if (patched !== undefined) exports.default = patched.exports;
        return patched?.undo;
      },
    };
  });
};

/** `@smithy/core/dist-cjs/index.js` is a file of the package `@smithy/core`; Node.js' own `dns/promises` is none. */
const placeOf = (place: string): { readonly module: string; readonly file: { readonly file?: string } } => {
  const [, module = place, file] = /^((?:@[^/]+\/)?[^/]+)\/(.+\.js)$/.exec(place) ?? [];
  return { module, file: file === undefined ? {} : { file } };
};

const versionOf = ({ folder }: LoadedLibrary): string => {
  if (folder === undefined) return `of Node.js ${process.version}`;
  try {
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      version?: unknown;
    };
    return String(version);
  } catch {
    return 'of unknown version';
  }
};
