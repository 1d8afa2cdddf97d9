const host = process as { readonly domain?: object | null };

/** Domains (`node:domain`) that a framework makes, one per request: it answers what is thrown there, and we hear of it. */
const domains = new WeakSet<object>();

/** Says that the current domain is one. */
export const markRequestDomain = (): void => {
  if (host.domain) domains.add(host.domain);
};

/** Whether the code that calls this, or that has just thrown, is in one. */
export const isInRequestDomain = (): boolean => Boolean(host.domain && domains.has(host.domain));
