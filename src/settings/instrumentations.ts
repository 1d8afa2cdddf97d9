import type { GeneralSettings } from './general.ts';

type Lists = Pick<GeneralSettings, 'enabledInstrumentations' | 'disabledInstrumentations'>;
type Name = Lists['enabledInstrumentations'][number];

/** Whether the settings ask for a library to be observed. */
export const isInstrumented = (settings: Lists, name: Name): boolean =>
  settings.enabledInstrumentations.includes(name) && !settings.disabledInstrumentations.includes(name);

/** Libraries that only have lines and records of their own, and nothing to say where an application has none. */
export const isLogger = (name: Name): boolean => ['winston', 'pino', 'bunyan'].includes(name);
