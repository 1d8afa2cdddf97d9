const agents = new WeakSet<object>();

/** Marks the connections of an agent as ours: what goes over them is not a call of the application. */
export const addOwnAgent = (agent: object): void => void agents.add(agent);

export const isOwnAgent = (agent: unknown): boolean =>
  typeof agent === 'object' && agent !== null && agents.has(agent);
