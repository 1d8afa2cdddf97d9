import type { Alert } from '../alert.ts';

/** Addresses with places such as {traceId}, which the settings have checked. */
export interface LinkTemplates {
  /** With {traceId} and {spanId}. */
  readonly traceUrl: string | undefined;
  /** With {service} and {traceId}. */
  readonly dashboardUrl: string | undefined;
  /** With {service} and {severity}. */
  readonly runbookUrl: string | undefined;
}

/** Characters of a link as it is written: two fit into one field. */
const longest = 900;

/** Where an alert leads to; without those that would lead nowhere. */
export interface Links {
  readonly trace: string | undefined;
  readonly dashboard: string | undefined;
  readonly runbook: string | undefined;
}

export const linksOf = ({ trace, severity }: Alert, service: string, templates: LinkTemplates): Links => {
  const { traceUrl, dashboardUrl, runbookUrl } = templates;
  const traceId = trace?.traceId;
  return {
    // One that was not sampled is nowhere to be found.
    trace: isSampled(trace) ? filled(traceUrl, { traceId, spanId: trace?.spanId }) : undefined,
    dashboard: filled(dashboardUrl, { service, traceId }),
    runbook: filled(runbookUrl, { service, severity }),
  };
};

export const isSampled = (trace: Alert['trace']): boolean => ((trace?.traceFlags ?? 0) & 1) === 1;

/** `undefined` where a value that it needs is not known. */
const filled = (
  template: string | undefined,
  values: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  if (template === undefined) return undefined;
  let url = template;
  for (const [name, value] of Object.entries(values)) {
    const place = `{${name}}`;
    if (!url.includes(place)) continue;
    if (value === undefined) return undefined;
    url = url.replaceAll(place, () => encodeURIComponent(value.toWellFormed()));
  }
  return linked(url, '').length <= longest ? url : undefined;
};

/** A link in Slack's form; of the characters that would end it none is left. */
export const linked = (url: string, label: string): string =>
  `<${url.replaceAll('&', '&amp;').replace(/[<>|]/g, encodeURIComponent)}|${label}>`;
