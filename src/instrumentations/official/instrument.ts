import {
  type MeterProvider,
  metrics,
  ProxyTracerProvider,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { isWrapped } from '@opentelemetry/instrumentation';

type Target = Record<PropertyKey, unknown>;
type Wrap = (target: Target, name: PropertyKey, wrapper: unknown) => unknown;

interface Definition {
  /** Of the package. */
  readonly name: string;
  readonly supportedVersions: readonly string[];
}

/** What we use of an instrumentation. Its versions are pinned, and a test holds each to this. */
interface Instrumentation {
  readonly setTracerProvider: (provider: TracerProvider) => void;
  readonly setMeterProvider: (provider: MeterProvider) => void;
  readonly getModuleDefinitions: () => readonly Definition[];
  /**
   * What it gives require-in-the-middle to call, and the only way to have versions and files checked as it does.
   * Private: it is not meant to be called by anybody else.
   */
  readonly _onRequire: (
    definition: Definition,
    exports: unknown,
    name: string,
    folder: string | undefined,
  ) => unknown;
  /** Some ask it with each call. */
  isEnabled: () => boolean;
  /** With these it patches. Fields of each instance, which can be replaced. */
  _wrap: Wrap;
  _unwrap: (target: Target, name: PropertyKey) => void;
}

export interface InstrumentOptions {
  readonly options: Readonly<Record<string, unknown>>;
  /** False: only its metrics are wanted. */
  readonly traced: boolean;
}

/** A file that the application has loaded, and the package that it belongs to. */
export interface LoadedLibrary {
  readonly module: string;
  /** Absent: the package's main export. */
  readonly file?: string | undefined;
  readonly exports: unknown;
  /** Absent: one of Node.js' own modules. */
  readonly folder: string | undefined;
}

export interface Patched {
  /** What is to be handed on; mostly the same object. */
  readonly exports: unknown;
  /** `undefined`: nothing was changed. */
  readonly undo: (() => void) | undefined;
  /** The versions that the instrumentation is for, where this is none of them. */
  readonly onlyFor?: string;
}

/** A method that we have patched. */
interface InPlace {
  readonly target: Target;
  readonly name: PropertyKey;
  readonly original: unknown;
  readonly wrapped: unknown;
}

/**
 * The application's own copy of the instrumentation takes ours off before it patches. What cannot be taken off, such as a
 * constructor, then has to be silent.
 */
const isTakenOff = ({ target, name, original, wrapped }: InPlace): boolean => {
  const now = target[name] as { readonly __original?: unknown };
  return now !== wrapped && now?.__original === original;
};

/** Of a definition that does nothing but say that the version of a package is supported. */
const asksOnly = { files: [], patch: () => true };

/**
 * Starts an instrumentation and returns what patches each file of its library, all of it or, when it throws, nothing.
 *
 * In the bundle it finds no hooks of its own to register (`scripts/bundle.ts`), so that what the application loads is
 * only watched once, by us.
 */
export const instrument = (
  Constructor: new (options: never) => object,
  { options, traced }: InstrumentOptions,
): ((loaded: LoadedLibrary) => Patched) => {
  const instrumentation = new Constructor(options as never) as unknown as Instrumentation;
  // Another SDK that comes later brings instrumentations of its own: these make no spans for it.
  instrumentation.setTracerProvider(traced ? trace.getTracerProvider() : new ProxyTracerProvider());
  // Some lose the instruments that they have made in their constructor.
  instrumentation.setMeterProvider(metrics.getMeterProvider());
  const definitions = instrumentation.getModuleDefinitions();
  const { _wrap: wrap, _unwrap: unwrap } = instrumentation;
  const inPlace: InPlace[] = [];
  instrumentation.isEnabled = () => !inPlace.some(isTakenOff);
  /** `import` and `require` of the same file are shown to us one by one, and get the same. */
  const replaced = new WeakMap<object, unknown>();

  return ({ module, file, exports, folder }) => {
    const own = definitions.filter(({ name }) => name === module);
    const isFor = (definition: Definition): boolean =>
      instrumentation._onRequire({ ...definition, ...asksOnly }, false, module, folder) === true;
    if (!own.some(isFor)) {
      // Of several packages, one may stand for another that is too old or too new.
      if (own.length < definitions.length) return { exports, undo: undefined };
      const onlyFor = own.flatMap(({ supportedVersions }) => supportedVersions).join(' or ');
      return { exports, undo: undefined, onlyFor };
    }
    const known = replaced.get(exports as object);
    if (known !== undefined) return { exports: known, undo: undefined };
    const undo: (() => void)[] = [];
    const undoAll = (): void => {
      for (const step of undo.splice(0).reverse()) step();
    };
    instrumentation._wrap = (target, name, wrapper) => {
      const original = target?.[name];
      // By us, or by the application's own copy of the instrumentation: it stays.
      if (isWrapped(original)) return original;
      if (typeof original !== 'function') {
        // What this version of Node.js does not have, or has no more.
        if (folder === undefined) return undefined;
        throw new TypeError(`${String(name)} is not a function`);
      }
      const wrapped = wrap(target, name, wrapper);
      inPlace.push({ target, name, original, wrapped });
      undo.push(() => {
        if (target[name] === wrapped) unwrap(target, name);
      });
      return wrapped;
    };
    instrumentation._unwrap = () => {};
    try {
      const name = file === undefined ? module : `${module}/${file}`;
      const handedOn = own.reduce(
        (shown, definition) => instrumentation._onRequire(definition, shown, name, folder),
        exports,
      );
      if (handedOn !== exports) replaced.set(exports as object, handedOn);
      return { exports: handedOn, undo: undo.length === 0 ? undefined : undoAll };
    } catch (error) {
      undoAll();
      throw error;
    } finally {
      instrumentation._wrap = wrap;
      instrumentation._unwrap = unwrap;
    }
  };
};
