/** The parts of a V8 CPU profile (`--cpu-prof`) that are read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface FunctionTime {
  readonly name: string;
  readonly url: string;
  /** Counted from 1. */
  readonly line: number;
  /** Microseconds in which it was at the top of the stack. */
  readonly self: number;
}

/** Self time per function, the longest first; a function that was called from several places is one. */
export const selfTimes = ({ nodes, samples, timeDeltas }: CpuProfile): readonly FunctionTime[] => {
  const byNode = new Map<number, number>();
  for (const [index, node] of samples.entries()) {
    byNode.set(node, (byNode.get(node) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const byFunction = new Map<string, FunctionTime>();
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const key = `${functionName} ${url} ${lineNumber}`;
    const self = (byFunction.get(key)?.self ?? 0) + (byNode.get(id) ?? 0);
    byFunction.set(key, { name: functionName || '(anonymous)', url, line: lineNumber + 1, self });
  }
  return [...byFunction.values()].sort((left, right) => right.self - left.self);
};
