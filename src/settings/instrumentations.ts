import type { GeneralSettings } from './general.ts';

type Lists = Pick<GeneralSettings, 'enabledInstrumentations' | 'disabledInstrumentations'>;

/** Whether the settings ask for a library to be observed. */
export const isInstrumented = (
  { enabledInstrumentations, disabledInstrumentations }: Lists,
  name: Lists['enabledInstrumentations'][number],
): boolean => enabledInstrumentations.includes(name) && !disabledInstrumentations.includes(name);
