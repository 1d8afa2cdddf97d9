import { foldedPathBudget, otherPath, unmatchedPath } from '../catalog/http-paths.ts';
import { foldPath } from './folded-path.ts';

/** What the path label is decided from. */
export interface AnsweredRequest {
  /** The route template that took the request, where a framework told. */
  readonly route: string | undefined;
  /** The request target as it came in. */
  readonly target: string;
  readonly status: number;
}

export type PathLabel = (request: AnsweredRequest) => string;

const noResource: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Chooses the path label. A route template is always taken. Without one, the folded path becomes a label
 * only when a 2xx or 3xx answer proves that the application knows it, so that no client can invent label
 * values, and under a lifetime budget.
 */
export const createPathLabel = (budget: number = foldedPathBudget): PathLabel => {
  const admitted = new Set<string>();
  return ({ route, target, status }) => {
    if (route !== undefined) return route;
    if (noResource.has(status)) return unmatchedPath;
    const path = foldPath(target);
    if (path === undefined) return unmatchedPath;
    if (admitted.has(path)) return path;
    if (status < 200 || status >= 400) return unmatchedPath;
    if (admitted.size >= budget) return otherPath;
    admitted.add(path);
    return path;
  };
};
