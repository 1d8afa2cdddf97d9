import type { Attributes } from '@opentelemetry/api';

/** Answers that are remembered; routes are few, and more of them only cost what it costs to make them. */
const most = 1_000;

/**
 * The attributes that a route's answers with the same status have in common, one object for all of them, so that it is
 * encoded once. `undefined` stands for a request that no route took, and one that was not answered.
 */
export const createAnswerAttributes = (): ((
  route: string | undefined,
  status: number | undefined,
) => Attributes) => {
  let known = new Map<string | undefined, Map<number | undefined, Attributes>>();
  let count = 0;
  return (route, status) => {
    const ofRoute = known.get(route);
    const found = ofRoute?.get(status);
    if (found !== undefined) return found;
    const attributes: Attributes = {};
    if (route !== undefined) attributes['http.route'] = route;
    if (status !== undefined) attributes['http.response.status_code'] = status;
    if (++count > most) {
      known = new Map();
      count = 1;
    }
    known.set(route, (known.get(route) ?? new Map()).set(status, attributes));
    return attributes;
  };
};
