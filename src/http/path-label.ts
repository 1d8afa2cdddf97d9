import { foldedPathBudget, noResource, otherPath, unmatchedPath } from '../catalog/http-paths.ts';
import { foldPath } from './folded-path.ts';

/** Path label of a request that no route took. `target` is the request target as it came in. */
export type PathLabel = (target: string, status: number) => string;

/**
 * Remembers what the latest targets were folded to, as many requests ask for the same few. Forgotten all at once: what
 * comes often is soon there again, and targets that are all different cost no more than being folded.
 */
const mostRemembered = 1_000;
/** In characters. Longer ones are rare, and a thousand of them would hold memory for whoever sends them. */
const longestRemembered = 128;

const rememberFolded = (): typeof foldPath => {
  const folded = new Map<string, string | undefined>();
  return target => {
    if (target.length > longestRemembered) return foldPath(target);
    const known = folded.get(target);
    if (known !== undefined) return known;
    if (folded.size >= mostRemembered) folded.clear();
    const path = foldPath(target);
    folded.set(target, path);
    return path;
  };
};

/**
 * Chooses the path label where no framework tells a route. The folded path becomes a label only when a 2xx
 * or 3xx answer proves that the application knows it, so that no client can invent label values, and under
 * a lifetime budget.
 */
export const createPathLabel = (budget: number = foldedPathBudget): PathLabel => {
  const admitted = new Set<string>();
  const fold = rememberFolded();
  return (target, status) => {
    if (noResource.has(status)) return unmatchedPath;
    const path = fold(target);
    if (path !== undefined && admitted.has(path)) return path;
    if (status < 200 || status >= 400) return unmatchedPath;
    if (path === undefined || admitted.size >= budget) return otherPath;
    admitted.add(path);
    return path;
  };
};
