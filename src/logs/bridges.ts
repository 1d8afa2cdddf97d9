import type { ModulePatch } from '../instrumentations/module-patch.ts';
import { isInstrumented } from '../settings/instrumentations.ts';
import type { Settings } from '../settings/table.ts';
import type { BridgeOptions } from './bridge-options.ts';

export interface BridgesOptions extends BridgeOptions {
  readonly settings: Pick<Settings, 'enabledInstrumentations' | 'disabledInstrumentations' | 'bridgeConsole'>;
  /** Reads the file with the bridges. */
  readonly load: () => typeof import('./logger-bridges.ts');
  /** Gets what takes back the bridge from `console`; the patches are taken back by whoever installs them. */
  readonly undo: (() => void)[];
}

/** Inner files where there are some: also ES modules load those by `require`. */
const places = [
  { module: 'winston', file: 'lib/winston/logger.js' },
  { module: 'winston', file: 'lib/winston/transports/console.js' },
  { module: 'pino', file: 'lib/proto.js' },
  { module: 'bunyan' },
] as const;

export type Place = (typeof places)[number];

/** Bridges `console` where the settings ask for it, and says how the application's loggers are, once it loads them. */
export const startBridges = (options: BridgesOptions): readonly ModulePatch[] => {
  const { settings, records, onLoggedError, load, undo } = options;
  const bridge =
    settings.bridgeConsole && (records ?? onLoggedError) !== undefined
      ? load().bridgeConsole(globalThis.console, options)
      : undefined;
  if (bridge !== undefined) undo.push(bridge.undo);
  return places
    .filter(({ module }) => isInstrumented(settings, module))
    .map(place => ({
      ...place,
      apply: exports => load().patchLogger(place, exports, { ...options, silently: bridge?.silently }),
    }));
};
