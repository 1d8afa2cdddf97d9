import { crossCheck } from './cross-check.ts';
import { complaint } from './message.ts';
import { type Environment, type Setting, textOf } from './setting.ts';
import { type Settings, table } from './table.ts';
import { unknownVariables } from './unknown.ts';

export interface SettingsReport {
  readonly settings: Settings;
  /** One line for each bad variable: what was given, what was expected, what is used instead. */
  readonly complaints: readonly string[];
  /** A guard of the metrics endpoint was asked for, and none can be used: nobody may read it. */
  readonly metricsAreClosed: boolean;
}

/** Reads every variable of the table. A bad value costs one complaint and never more: the default is used. */
export function readSettings(environment: Environment): SettingsReport {
  const readings = Object.entries<Setting<unknown>>(table).map(([key, setting]) => ({
    key,
    setting,
    ...read(setting, textOf(environment, setting.name)),
  }));
  // The type of the table guarantees a value of the right type for every key.
  const values = Object.fromEntries(readings.map(({ key, value }) => [key, value])) as unknown as Settings;
  const checked = crossCheck(values, environment);
  return frozen({
    settings: checked.settings,
    metricsAreClosed: checked.metricsAreClosed ?? false,
    complaints: [
      ...readings.flatMap(reading => reading.complaints),
      ...checked.complaints,
      ...unknownVariables(environment),
    ],
  });
}

interface Reading {
  readonly value: unknown;
  readonly complaints: readonly string[];
}

function read(setting: Setting<unknown>, text: string): Reading {
  if (text === '') return { value: setting.fallback, complaints: [] };
  const value = setting.kind.parse(text);
  if (value !== undefined) return { value, complaints: [] };
  const salvaged = setting.kind.salvage?.(text);
  return {
    value: salvaged ?? setting.fallback,
    complaints: [complaint(setting, text, salvaged)],
  };
}

/** A deeply frozen copy: the defaults in the table and in the catalogue stay as they are. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(frozen)
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, frozen(part)]));
  return Object.freeze(copy) as Value;
}
