import type { Json, JsonObject } from '../../redaction/redaction.ts';
import type { Alert } from '../alert.ts';
import { codeBlock, escaped, verbatim } from './escape.ts';
import { isSampled, type LinkTemplates, linked, linksOf } from './links.ts';

export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** Two that are short stand side by side. */
  readonly short: boolean;
}

/** Characters, escaped. Slack names none for fields of attachments: 2,000 is what a field of a section may have. */
const limits = {
  ...{ name: 80, value: 2_000, short: 40, line: 200 },
  /** Of all values together, and the least that a value is worth showing with. */
  ...{ values: 10_000, least: 100 },
  /** Of details; Slack folds what gets too long for a screen. */
  fields: 20,
};

/** The id of the trace, where there is one, and where to look next. */
export const linkFields = (
  alert: Alert,
  service: string,
  templates: LinkTemplates,
): readonly SlackField[] => {
  const { trace } = alert;
  const links = linksOf(alert, service, templates);
  const id = trace && escaped(trace.traceId, limits.short);
  const others = [
    ...(links.dashboard === undefined ? [] : [linked(links.dashboard, 'Dashboard')]),
    ...(links.runbook === undefined ? [] : [linked(links.runbook, 'Runbook')]),
  ];
  return [
    ...(id === undefined
      ? []
      : [{ title: 'trace', value: traceText(id, links.trace, trace), short: isSampled(trace) }]),
    ...(others.length === 0 ? [] : [{ title: 'links', value: others.join(' · '), short: true }]),
  ];
};

const traceText = (id: string, url: string | undefined, trace: Alert['trace']): string => {
  if (url !== undefined) return linked(url, id);
  return isSampled(trace) ? id : `${id} (not sampled)`;
};

/** Details in their order; what is too much is named. */
export const detailFields = (details: JsonObject): readonly SlackField[] => {
  const entries = Object.entries(details);
  const fields: SlackField[] = [];
  let left = limits.values;
  for (const [name, value] of entries) {
    if (fields.length === limits.fields || left < limits.least) break;
    const field = fieldOf(name, value, Math.min(left, limits.value));
    left -= field.value.length;
    fields.push(field);
  }
  const others = entries.slice(fields.length).map(([name]) => name);
  if (others.length > 0) {
    const title = `… and ${others.length.toLocaleString('en-US')} more`;
    fields.push({ title, value: verbatim(others.join(', '), limits.values / limits.fields), short: false });
  }
  return fields;
};

const fieldOf = (name: string, value: Json, longest: number): SlackField => {
  const text = textOf(value);
  const shown = name === 'stack' ? codeBlock(text, longest) : verbatim(text, longest);
  return {
    title: escaped(name, limits.name),
    value: shown,
    short: text.length <= limits.short && !shown.startsWith('```'),
  };
};

/** JSON, but of a text that can be seen. */
const textOf = (value: Json): string => {
  if (typeof value === 'string' && value.trim() !== '') return value;
  const compact = JSON.stringify(value);
  return compact.length <= limits.line ? compact : JSON.stringify(value, null, 2);
};
