/**
 * By the names that Winston (npm, syslog and cli levels), pino, bunyan and console use.
 * Source: OpenTelemetry logs data model, "SeverityNumber": 1 to 4 are TRACE, 5 to 8 DEBUG, 9 to 12 INFO, 13 to 16 WARN,
 * 17 to 20 ERROR, 21 to 24 FATAL.
 */
const numbers: ReadonlyMap<string, number> = new Map(
  Object.entries({
    emerg: 23,
    alert: 22,
    crit: 21,
    critical: 21,
    fatal: 21,
    error: 17,
    warn: 13,
    warning: 13,
    help: 11,
    notice: 10,
    data: 10,
    info: 9,
    log: 9,
    http: 7,
    verbose: 6,
    debug: 5,
    prompt: 4,
    input: 2,
    silly: 1,
    trace: 1,
  }),
);

/** 0 for a level that only the application knows. */
export const severityNumber = (level: string): number => numbers.get(level) ?? 0;

/** ERROR, FATAL, and what is between them. */
export const isErrorLevel = (level: string): boolean => severityNumber(level) >= 17;
