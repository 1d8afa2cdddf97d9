import { offByDefault, official } from './instrumentation-names.ts';
import type { Kind } from './setting.ts';

/** By the name of an instrumentation. */
export type InstrumentationOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const longest = 4096;
const deepest = 8;
const names: readonly string[] = [...official, ...offByDefault];

export const instrumentationOptions: Kind<InstrumentationOptions> = {
  expected: `a JSON object of at most ${longest} characters like {"graphql":{"mergeItems":true}}, with names of official instrumentations, and without "enabled"`,
  parse: given => {
    if (given.length > longest) return undefined;
    const options = parsed(given);
    if (!isObject(options) || Object.keys(options).length === 0 || isDeeper(options, deepest))
      return undefined;
    const isFine = Object.entries(options).every(
      // Whether one is on is said by the lists of names.
      ([name, own]) => names.includes(name) && isObject(own) && !Object.hasOwn(own, 'enabled'),
    );
    return isFine ? (options as InstrumentationOptions) : undefined;
  },
};

function parsed(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(part => isDeeper(part, levels - 1));
}
