import { errors } from '../settings/errors.ts';
import { complaint } from '../settings/message.ts';
import type { Setting } from '../settings/setting.ts';
import type { Settings } from '../settings/table.ts';
import type { ErrorMonitoringOptions } from './api.ts';

const names = [
  'sentryDsn',
  'sentryEnvironment',
  'sentryRelease',
  'slackToken',
  'slackChannel',
  'slackWebhookUrl',
  'alertTitle',
] as const satisfies readonly (keyof ErrorMonitoringOptions & keyof typeof errors)[];

/** The settings with what the application says; what is no such value is complained about, and the setting stays. */
export const withOptions = (
  settings: Settings,
  options: ErrorMonitoringOptions,
  complain: (line: string) => void,
): Settings => {
  const given: Partial<Record<(typeof names)[number], string>> = {};
  for (const name of names) {
    const value: unknown = options[name];
    if (value === undefined || value === '') continue;
    const parsed = typeof value === 'string' ? errors[name].kind.parse(value.trim()) : undefined;
    if (parsed !== undefined) given[name] = parsed;
    else complain(complaint(optionLike(name), String(value), undefined));
  }
  return { ...settings, ...given };
};

const optionLike = (name: (typeof names)[number]): Setting<unknown> => ({
  ...errors[name],
  name: `initErrorMonitoring: ${name}`,
  consequence: 'ignored',
});
