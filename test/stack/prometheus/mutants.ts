/** Alerts with one mistake each, as somebody might make it; the tests of the alerts have to notice every one. */
import { parser } from '@prometheus-io/lezer-promql';
import type { Alert } from './rules.ts';

export interface Mutant {
  /** What was done to the rule. */
  readonly mistake: string;
  readonly rule: Alert;
}

const opposite: Readonly<Record<string, string>> = {
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
  '==': '!=',
  '!=': '==',
};

interface Edit {
  readonly mistake: string;
  readonly expr: string;
}

/** The expression with a comparison turned round, a threshold a thousand times off, or a condition left out. */
const edits = (expr: string): Edit[] => {
  const found: Edit[] = [];
  const replace = (from: number, to: number, text: string): string =>
    expr.slice(0, from) + text + expr.slice(to);

  parser.parse(expr).iterate({
    enter: ({ type, node, from, to }) => {
      const { firstChild: left, lastChild: right } = node;
      const operator = left?.nextSibling;
      if (type.name !== 'BinaryExpr' || !left || !right || !operator) return;
      const sign = expr.slice(operator.from, operator.to);
      const texts = { left: expr.slice(left.from, left.to), right: expr.slice(right.from, right.to) };

      const turned = opposite[sign];
      if (turned !== undefined) {
        const what = `${sign} ${texts.right}`;
        found.push({
          mistake: `${turned} instead of ${what}`,
          expr: replace(operator.from, operator.to, turned),
        });
        // Nothing but zero and equality is the same a thousand times over.
        if (!sign.includes('=') || !/^[01]$/.test(texts.right)) {
          const factor = sign.startsWith('<') ? '0.001' : '1000';
          if (texts.right !== '0')
            found.push({
              mistake: `${what}, times ${factor}`,
              expr: replace(right.from, right.to, `${factor} * (${texts.right})`),
            });
        }
      }
      // This parser takes `a unless b offset 5m` for `(a unless b) offset 5m`; Prometheus does not.
      const end = node.parent?.type.name === 'OffsetExpr' ? node.parent.to : to;
      const last = expr.slice(right.from, end);
      if (['and', 'unless', 'or'].includes(sign))
        found.push({ mistake: `without "${sign} ${last}"`, expr: replace(from, end, `(${texts.left})`) });
      if (sign === 'or')
        found.push({ mistake: `without "${texts.left} or"`, expr: replace(from, end, `(${last})`) });
    },
  });
  return found;
};

/** Every mistake of an alert that its tests have to notice. */
export const mutants = (alert: Alert): Mutant[] => {
  const { for: wait, ...impatient } = alert;
  return [
    ...edits(alert.expr).map(({ mistake, expr }) => ({ mistake, rule: { ...alert, expr } })),
    ...(wait === undefined ? [] : [{ mistake: `without for: ${wait}`, rule: impatient }]),
  ];
};
