import { foldedPathBudget, otherPath, unmatchedPath } from '../catalog/http-paths.ts';
import { foldPath } from './folded-path.ts';

/** Path label of a request that no route took. `target` is the request target as it came in. */
export type PathLabel = (target: string, status: number) => string;

const noResource: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Chooses the path label where no framework tells a route. The folded path becomes a label only when a 2xx
 * or 3xx answer proves that the application knows it, so that no client can invent label values, and under
 * a lifetime budget.
 */
export const createPathLabel = (budget: number = foldedPathBudget): PathLabel => {
  const admitted = new Set<string>();
  return (target, status) => {
    if (noResource.has(status)) return unmatchedPath;
    const path = foldPath(target);
    if (path !== undefined && admitted.has(path)) return path;
    if (status < 200 || status >= 400) return unmatchedPath;
    if (path === undefined || admitted.size >= budget) return otherPath;
    admitted.add(path);
    return path;
  };
};
