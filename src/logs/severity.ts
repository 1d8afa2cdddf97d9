/**
 * Of winston's levels: npm, cli and syslog. Source: OpenTelemetry logs data model, "SeverityNumber" and Appendix B
 * (syslog).
 */
const numbers: Readonly<Record<string, number>> = {
  emerg: 23,
  alert: 22,
  crit: 21,
  error: 17,
  warning: 13,
  warn: 13,
  notice: 10,
  info: 9,
  help: 9,
  data: 9,
  http: 7,
  verbose: 6,
  debug: 5,
  prompt: 5,
  input: 5,
  silly: 1,
};

/** 0: none is known. */
export const severityNumber = (level: string): number =>
  Object.hasOwn(numbers, level) ? (numbers[level] ?? 0) : 0;
