import type { Child } from '../child.ts';
import type { Answer } from './ask.ts';
import { inTheAnswer } from './ask.ts';
import type { Ledger } from './ledger.ts';
import { isNewest } from './ledgers.ts';

export type Mode = 'without traces' | 'with traces' | 'sampled out';

const nowhere = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

export const modes: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  'without traces': {},
  'with traces': nowhere,
  'sampled out': { ...nowhere, OTEL_TRACES_SAMPLER: 'always_off' },
};

/** Which modes the failing cases of a version run in: all of them only for the newest of each framework. */
export const modesOf = (ledger: Ledger): readonly Mode[] =>
  isNewest(ledger) ? ['without traces', 'with traces', 'sampled out'] : ['without traces', 'with traces'];

/** The route of a failing request; `undefined`: it has none. */
export const routeOf = ({ adapter, failingRoute }: Ledger, name: string): string | undefined => {
  if (failingRoute !== undefined) return failingRoute(name);
  return adapter === undefined ? undefined : `/api/${name}`;
};

/** 32 digits that say which request it is. */
export const traceId = (index: number): string => (index + 1).toString(16).padStart(32, '0');
export const callerSpan = 'b7ad6b7169203331';

export const leavingAfter = (
  child: Child,
  name: string,
  answer: Answer | undefined,
): Promise<unknown> | undefined => {
  if (answer !== 'left') return undefined;
  return name.includes('stream') ? inTheAnswer : child.output(new RegExp(`^entered ${name}$`, 'm'));
};
