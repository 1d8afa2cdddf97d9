import type { GeneralSettings } from './general.ts';

type Lists = Pick<GeneralSettings, 'enabledInstrumentations' | 'disabledInstrumentations'>;
type Name = Lists['enabledInstrumentations'][number];

/** Whether the settings ask for a library to be observed. */
export const isInstrumented = (settings: Lists, name: Name): boolean =>
  settings.enabledInstrumentations.includes(name) && !settings.disabledInstrumentations.includes(name);
