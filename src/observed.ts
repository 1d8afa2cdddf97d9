import {
  databases,
  frameworks,
  notOffered,
  observers,
  offByDefault,
  official,
} from './settings/instrumentation-names.ts';
import { isInstrumented } from './settings/instrumentations.ts';
import type { Settings } from './settings/table.ts';

type Lists = Pick<Settings, 'enabledInstrumentations' | 'disabledInstrumentations'>;

/** More are only counted: whether the application has them at all is not known yet. */
const mostNamed = 3;

/**
 * What is observed, in the words of the start line: our observers, HTTP with the frameworks and databases with the clients
 * unless it is all of them, and the official instrumentations where they make spans.
 */
export const observed = (settings: Lists, traced: boolean): readonly string[] => {
  const own = observers
    .filter(name => isInstrumented(settings, name))
    .map(name => (name === 'http' ? `http${routes(settings)}` : name));
  const others = traced ? [...official, ...offByDefault].filter(name => isInstrumented(settings, name)) : [];
  return [
    ...own,
    ...calls(settings),
    ...(others.length > mostNamed ? [`${others.length} other libraries`] : others),
  ];
};

const calls = (settings: Lists): readonly string[] => {
  const on = databases.filter(name => isInstrumented(settings, name));
  if (on.length === databases.length) return ['databases'];
  return on.length === 0 ? [] : [`databases (${on.join(', ')})`];
};

const routes = (settings: Lists): string => {
  const on = frameworks.filter(name => isInstrumented(settings, name));
  if (on.length === frameworks.length) return '';
  return on.length === 0 ? ' (without routes of frameworks)' : ` (with routes of ${on.join(', ')})`;
};

/** What a variable names, as one part of the start line's list; empty: nothing. */
export const named = (names: readonly string[], variable: string): readonly string[] =>
  names.length === 0 ? [] : [`${names.join(', ')} (${variable})`];

/** Names of official instrumentations that are asked for and do not come with this version. */
export const asksInVain = ({ enabledInstrumentations }: Lists): readonly string[] =>
  notOffered.filter(name => enabledInstrumentations.includes(name));
