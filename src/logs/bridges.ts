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

/** Bridges `console` where the settings ask for it, and says how the application's loggers are, once it loads them. */
export const startBridges = (options: BridgesOptions): readonly ModulePatch[] => {
  const { settings, load, undo } = options;
  const bridge =
    settings.bridgeConsole && options.records !== undefined
      ? load().bridgeConsole(globalThis.console, options)
      : undefined;
  if (bridge !== undefined) undo.push(bridge.undo);
  const winston = { ...options, silently: bridge?.silently ?? (run => run()) };
  const patches: readonly ModulePatch[] = [
    {
      module: 'winston',
      file: 'lib/winston/logger.js',
      apply: exports => load().patchWinston(exports, winston),
    },
    ...(bridge === undefined
      ? []
      : [
          {
            module: 'winston',
            file: 'lib/winston/transports/console.js',
            apply: (exports: unknown) => load().patchWinstonConsole(exports, bridge.silently),
          },
        ]),
    { module: 'pino', file: 'lib/proto.js', apply: exports => load().patchPino(exports, options) },
    { module: 'bunyan', apply: exports => load().patchBunyan(exports, options) },
  ];
  return patches.filter(({ module }) => isInstrumented(settings, module as 'winston' | 'pino' | 'bunyan'));
};
