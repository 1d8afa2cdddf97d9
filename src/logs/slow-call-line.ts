import type { SlowCall } from '../database/slow-calls.ts';
import type { Json } from '../redaction/redaction.ts';
import type { OwnLine } from './own-lines.ts';

const longest = 2_048;

/** What the record of a slow database call says; duration in milliseconds. */
export const slowCallLine = ({
  system,
  operation,
  table,
  statement,
  seconds,
  failed,
  trace,
}: SlowCall): OwnLine => {
  const properties: Record<string, Json> = { system, operation, table };
  if (statement !== undefined)
    properties.statement = statement.length > longest ? `${statement.slice(0, longest)}…` : statement;
  properties.duration = Math.round(seconds * 1e6) / 1e3;
  if (failed) properties.failed = true;
  return { message: 'Slow database call', properties, trace: trace && { ...trace, traceFlags: 1 } };
};
