import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getCallSites } from 'node:util';
import type { ModulePatch, OnHookFailure } from './module-patch.ts';
import type { Patcher } from './patcher.ts';

const requireChannel = 'tracing:module.require:end';
const folderName = '/node_modules/';
const importedKey: unique symbol = Symbol.for('@ykmake/monitoring.imported');

type Imported = (url: string, exports: unknown) => Readonly<Record<string, unknown>>;
type Holder = { [importedKey]?: Imported };

interface Resolved {
  readonly url: string;
  readonly format?: string | null | undefined;
}
interface Context {
  /** An array; in early versions of Node.js 22 a set when it is required. */
  readonly conditions: Iterable<string>;
  readonly parentURL?: string | undefined;
}
type Resolve = (
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Resolved,
) => Resolved;

/** A file of a package that patches wait for. */
interface Target {
  readonly folder: string;
  readonly patches: readonly ModulePatch[];
}

export interface ImportHook {
  readonly start: () => void;
  readonly stop: () => void;
}

/**
 * Shows the patcher what ES modules import.
 *
 * Only the resolving of names is hooked (`module.registerHooks`, synchronous, in every supported version of Node.js), and
 * all it does for a file that nobody waits for is to look up a package's name. No source is read or changed:
 *
 * - A CommonJS file (`commonjs`, or `null` where its package has no type) is loaded by Node.js as ever, which says when it is there, before the importing module runs.
 * - In place of an ES module, a module of two lines is imported that shows the real one to us first and exports all
 *   that it exports. So even a binding can be replaced, which in an ES module nobody else can.
 */
export const createImportHook = (patcher: Patcher, onFailure: OnHookFailure): ImportHook => {
  const targets = new Map<string, Target>();
  const required = new Set<string>();
  let started: (() => void)[] = [];

  const targetOf = (specifier: string, url: string): Target | undefined => {
    const at = url.lastIndexOf(folderName);
    if (at < 0) return undefined;
    const start = at + folderName.length;
    const end = url.indexOf('/', url[start] === '@' ? url.indexOf('/', start) + 1 : start);
    const module = url.slice(start, end);
    const patches = patcher.patchesOf(module);
    if (patches.length === 0) return undefined;
    const file = withoutQuery(url.slice(start));
    const own = patches.filter(({ file: wanted }) =>
      wanted === undefined ? specifier === module : `${module}/${wanted}` === file,
    );
    return own.length === 0 ? undefined : { folder: fileURLToPath(url.slice(0, end)), patches: own };
  };

  const resolve: Resolve = (specifier, context, next) => {
    const resolved = next(specifier, context);
    try {
      const { url, format } = resolved;
      if (url.startsWith('node:')) patchBuiltin(url.slice('node:'.length));
      if (!url.startsWith('file:')) return resolved;
      if (context.parentURL?.startsWith(standInStart)) return resolved;
      const target = targetOf(specifier, url);
      if (target === undefined) return resolved;
      // What is required comes to the hook of `require`.
      if ([...context.conditions].includes('require')) {
        required.add(url);
        return resolved;
      }
      // What import-in-the-middle puts in the place of a file imports that file: a second stand-in would close a circle.
      if (withoutQuery(context.parentURL ?? '') === withoutQuery(url)) return resolved;
      // Its own package imports it in a circle while it is required: a stand-in would look at it too early.
      if (required.has(url) && context.parentURL?.startsWith(`${pathToFileURL(target.folder).href}/`))
        return resolved;
      const replaces = target.patches.flatMap(patch => patch.replaces ?? []);
      if (format !== 'module' && replaces.length === 0) {
        targets.set(fileURLToPath(url), target);
        watchRequire();
        return resolved;
      }
      // Its caller wants to know where the file is, and imports nothing.
      if (isImportMetaResolve()) return resolved;
      targets.set(url, target);
      return { ...resolved, url: standIn(url, replaces), format: 'module', shortCircuit: true } as Resolved;
    } catch (error) {
      onFailure('import', error);
      return resolved;
    }
  };

  const patched = new Set<string>();
  const patchBuiltin = (name: string): void => {
    // Some have their prefix as part of their name, and a package may have the name without it: `node:sqlite`, `sqlite`.
    const full = `node:${name}`;
    const patches = [
      ...(nodeModule.isBuiltin(name) ? patcher.patchesOf(name) : []),
      ...patcher.patchesOf(full),
    ];
    if (patches.length === 0 || patched.has(name)) return;
    // Its caller loads nothing, and what is experimental says so when it is loaded.
    if (isImportMetaResolve()) return;
    patched.add(name);
    patcher.apply(patches, process.getBuiltinModule(full), undefined);
    nodeModule.syncBuiltinESMExports();
  };

  const imported: Imported = (url, exports) => {
    const target = targets.get(url);
    if (target === undefined) return exports as Readonly<Record<string, unknown>>;
    const isReplacing = target.patches.some(patch => patch.replaces !== undefined);
    try {
      // A namespace cannot be written to: the copy can, and says what was replaced.
      const shown = isReplacing ? { ...(exports as object) } : exports;
      return patcher.apply(target.patches, shown, target.folder) as ReturnType<Imported>;
    } catch (error) {
      onFailure('import', error);
      return exports as ReturnType<Imported>;
    }
  };

  const onRequired = (message: unknown): void => {
    const { id, result } = message as { readonly id?: unknown; readonly result?: unknown };
    const target = typeof id === 'string' ? targets.get(id) : undefined;
    if (target !== undefined) patcher.apply(target.patches, result, target.folder);
  };

  let isWatching = false;
  /** From the first such file on only, as it makes every `require` somewhat slower. */
  const watchRequire = (): void => {
    if (isWatching) return;
    isWatching = true;
    subscribe(requireChannel, onRequired);
    started.push(() => void unsubscribe(requireChannel, onRequired));
  };

  return {
    start: () => {
      // Node.js 20, which is not supported, has none: there, only what is required is seen.
      if (started.length > 0 || nodeModule.registerHooks === undefined) return;
      (globalThis as Holder)[importedKey] = imported;
      const hooks = nodeModule.registerHooks({ resolve: resolve as unknown as nodeModule.ResolveHookSync });
      started.push(() => hooks.deregister());
    },
    stop: () => {
      for (const step of started) step();
      started = [];
      isWatching = false;
      patched.clear();
      // Modules that are imported later ask for it.
      if ((globalThis as Holder)[importedKey] === imported) delete (globalThis as Holder)[importedKey];
      targets.clear();
      required.clear();
    },
  };
};

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');

const standInStart = 'data:text/javascript,/*@ykmake/monitoring*/';

/**
 * `export *` leaves the default out, and one too many hurts nobody. Names that are exported here win over those of
 * the star.
 */
const standIn = (url: string, replaces: readonly string[]): string => {
  const real = JSON.stringify(url);
  const names = new Set(['default', ...replaces]);
  const exported = [...names].map((name, index) =>
    name === 'default'
      ? 'export default shown.default;'
      : `const x${index} = shown.${name}; export { x${index} as ${name} };`,
  );
  const source = [
    `import * as real from ${real};`,
    `const shown = globalThis[Symbol.for('@ykmake/monitoring.imported')]?.(${real}, real) ?? real;`,
    `export * from ${real};`,
    ...exported,
  ];
  return `${standInStart}${encodeURIComponent(source.join('\n'))}`;
};

/**
 * It asks the hooks as an import does: only who calls tells them apart. Not by the stack of an error, which is what the
 * application makes of it (`Error.prepareStackTrace`).
 */
const isImportMetaResolve = (): boolean => {
  const sites = getCallSites(30);
  return sites.some(({ functionName, scriptName }, index) => {
    if (functionName !== 'resolve' || !scriptName.startsWith('node:internal/modules/esm/')) return false;
    const caller = sites[index + 1];
    return caller !== undefined && !caller.scriptName.startsWith('node:');
  });
};
