/** No route took the request, or its answer earned its path no label. */
export const unmatchedPath = 'unmatched';

/** A path beyond the budget of folded paths. */
export const otherPath = 'other';

/** How many folded paths (of requests without a route) may become label values in the life of a process. */
export const foldedPathBudget = 100;

/** Status of a request whose connection closed before the response headers were sent. */
export const clientClosedRequest = 499;

/** Statuses that say of a request without a route that there is nothing where it went. */
export const noResource: ReadonlySet<number> = new Set([404, 405, 501]);
