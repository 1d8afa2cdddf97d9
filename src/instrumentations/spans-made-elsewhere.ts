/** Those of whose copies some are observed, each once for each copy. */
const observed: string[] = [];

/** Says that calls of this client of the AWS SDK get their spans from an observer of ours; returns what takes it back. */
export const madeElsewhere = (client: string): (() => void) => {
  observed.push(client);
  let isTakenBack = false;
  return () => {
    if (!isTakenBack) observed.splice(observed.indexOf(client), 1);
    isTakenBack = true;
  };
};

export const isMadeElsewhere = (client: unknown): boolean => observed.includes(client as string);
