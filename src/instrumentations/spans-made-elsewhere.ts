/** How many of its copies are observed, by the name of the AWS SDK's client. */
const clients = new Map<string, number>();

/** Says that calls of this client of the AWS SDK get their spans from an observer of ours; returns what takes it back. */
export const madeElsewhere = (client: string): (() => void) => {
  clients.set(client, (clients.get(client) ?? 0) + 1);
  return () => void clients.set(client, (clients.get(client) ?? 0) - 1);
};

export const isMadeElsewhere = (client: unknown): boolean =>
  typeof client === 'string' && (clients.get(client) ?? 0) > 0;
