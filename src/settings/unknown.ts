import { quote } from './message.ts';
import type { Environment } from './setting.ts';
import { table } from './table.ts';

const prefix = 'MONITORING_';
const ours: readonly string[] = Object.values(table)
  .map(({ name }) => name)
  .filter(name => name.startsWith(prefix));
const nearEnough = 3;
const longestName = 64;

// In every container, Kubernetes and Docker describe a service called "monitoring…" by variables like these.
const serviceLink = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const serviceAddress = /^(?:tcp|udp|sctp):\/\//;

/** One complaint for each MONITORING_ variable that does not exist, with the name that was probably meant. */
export function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter(name => name.startsWith(prefix) && !ours.includes(name))
    .filter(name => environment[name] !== undefined && !isServiceLink(name, environment[name]))
    .map(name => {
      const meant = nearest(name);
      const shown = /^\w{1,64}$/.test(name) ? name : quote(name);
      return `${shown} is not a setting${meant === undefined ? ': ignored' : `; did you mean ${meant}?`}`;
    });
}

function isServiceLink(name: string, value: string): boolean {
  return serviceLink.test(name) || (name.endsWith('_PORT') && serviceAddress.test(value));
}

function nearest(name: string): string | undefined {
  if (name.length > longestName) return undefined;
  const ranked = ours
    .map(candidate => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  return ranked[0] !== undefined && ranked[0].distance <= nearEnough ? ranked[0].candidate : undefined;
}

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
