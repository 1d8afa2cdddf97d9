/** The same work, of which only one is under way for each key: who asks meanwhile gets the same result. */
export const sharing = <Key, Result>(
  work: (key: Key) => Promise<Result>,
): ((key: Key) => Promise<Result>) => {
  const underway = new Map<Key, Promise<Result>>();
  return key => {
    const shared = underway.get(key) ?? work(key).finally(() => underway.delete(key));
    underway.set(key, shared);
    return shared;
  };
};
