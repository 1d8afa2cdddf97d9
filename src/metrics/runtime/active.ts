/** How many there are, by their type. */
export type Census = ReadonlyMap<string, number>;

/** Undocumented, but what every exporter of these metrics reads. */
interface ActiveLists {
  readonly _getActiveHandles?: () => readonly unknown[];
  readonly _getActiveRequests?: () => readonly unknown[];
}

/** Sockets, servers, pipes and so on. Throws when this Node.js does not tell, as the other two do. */
export const countHandles = (): Census => countObjects((process as ActiveLists)._getActiveHandles?.());

/** What is under way in libuv: file operations, connects, DNS queries. Mostly nothing: a zero says so. */
export const countRequests = (): Census => {
  const census = countObjects((process as ActiveLists)._getActiveRequests?.());
  return census.size > 0 ? census : new Map([['FSReqCallback', 0]]);
};

/** All that keeps the event loop alive, timers included. */
export const countResources = (): Census => count(process.getActiveResourcesInfo());

export const total = (census: Census): number =>
  [...census.values()].reduce((sum, number) => sum + number, 0);

const countObjects = (objects: readonly unknown[] | undefined): Census => {
  if (objects === undefined) throw new TypeError('not told by this Node.js');
  return count(objects.map(className));
};

/** Whatever the application made its handles of: reading its class must not throw. */
const className = (object: unknown): string => {
  try {
    const { name } = (object as object).constructor;
    return typeof name === 'string' ? name : 'Object';
  } catch {
    return 'Object';
  }
};

const count = (types: readonly string[]): Census => {
  const census = new Map<string, number>();
  for (const type of types) census.set(type, (census.get(type) ?? 0) + 1);
  return census;
};
