import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** Grafana's variables in the place of a duration or a number, which PromQL itself cannot parse; of the same length. */
const parsable = (promql: string): string =>
  promql
    .replace(/\$__(rate_interval|interval|range)\b/g, text => `${'1'.repeat(text.length - 1)}s`)
    .replace(/\$__range_s\b/g, text => '1'.repeat(text.length));

const calls = (promql: string): { node: SyntaxNode; name: string }[] => {
  const found: { node: SyntaxNode; name: string }[] = [];
  parser.parse(parsable(promql)).iterate({
    enter: ({ node, type }) => {
      if (type.name !== 'FunctionCall') return;
      const identifier = node.getChild('FunctionIdentifier');
      if (identifier) found.push({ node, name: promql.slice(identifier.from, identifier.to) });
    },
  });
  return found;
};

/** What only counts series does not look at their values. */
const counts = (promql: string): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  parser.parse(parsable(promql)).iterate({
    enter: ({ node, type }) => {
      if (type.name === 'AggregateExpr' && /^count\b/.test(promql.slice(node.from, node.to)))
        found.push(node);
    },
  });
  return found;
};

const overTime = new Set(['rate', 'irate', 'increase', 'delta', 'idelta', 'changes', 'resets', 'deriv']);

/** The calls that look at a window, and the window as it is written. */
export const rangesOfRates = (promql: string): { call: string; range: string }[] =>
  calls(promql)
    .filter(({ name }) => overTime.has(name))
    .map(({ node, name }) => ({
      call: name,
      range: /\[([^\]]+)\]/.exec(promql.slice(node.from, node.to))?.[1] ?? '',
    }));

const counter = /_(total|sum|count|bucket)$/;
/** Gauges that are called as a counter is: by prom-client and by OpenTelemetry. */
const gauges = new Set([
  'db_client_connection_count',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]);

/** What a query selects, with the name of its metric. */
export const selectors = (
  promql: string,
): readonly { name: string; selector: string; from: number; to: number }[] => {
  const found: { name: string; selector: string; from: number; to: number }[] = [];
  parser.parse(parsable(promql)).iterate({
    enter: ({ node, type, from, to }) => {
      if (type.name !== 'VectorSelector') return;
      const identifier = node.getChild('Identifier');
      const name = identifier ? promql.slice(identifier.from, identifier.to) : '';
      found.push({ name, selector: promql.slice(from, to), from, to });
    },
  });
  return found;
};

/** Counters that a query selects outside of a call that looks at a window; but the value of one that was just born is its increase. */
export const bareCounters = (promql: string): string[] => {
  const windows = [
    ...calls(promql).flatMap(({ name, node }) => (overTime.has(name) ? [node] : [])),
    ...counts(promql),
  ];
  return selectors(promql)
    .filter(({ name, selector, from, to }) => {
      const isInWindow = windows.some(node => node.from <= from && to <= node.to);
      const isNewborn = promql.includes(
        `${selector} unless ${selector} offset $__range unless resets(${selector}[$__range]) > 0 and `,
      );
      return counter.test(name) && !gauges.has(name) && !isInWindow && !isNewborn;
    })
    .map(({ name }) => name);
};

/** What a query divides by. */
export const divisors = (promql: string): string[] => {
  const found: string[] = [];
  parser.parse(parsable(promql)).iterate({
    enter: ({ node, type }) => {
      if (type.name !== 'BinaryExpr' || !node.getChild('Div')) return;
      const right = node.lastChild;
      if (right) found.push(promql.slice(right.from, right.to));
    },
  });
  return found;
};
