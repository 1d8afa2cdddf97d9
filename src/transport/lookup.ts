import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';

/** Milliseconds for each name server. */
const silenceMs = 2_000;

/**
 * Looks names up as Node.js does, once it is known that the name servers answer at all.
 *
 * What `dns.lookup` does blocks a thread until it is over, ten seconds and more while no name server answers, and a
 * process that ends waits for its threads: ours would hold it beyond any deadline. A `Resolver` can be left at any time,
 * but knows less: neither the search list nor what the host's other sources of names say. So it is asked first, and what it
 * answers does not matter.
 *
 * @param servers name servers that are asked, instead of the host's
 */
export const createLookup =
  (servers?: readonly string[]): LookupFunction =>
  (name, options, callback) => {
    const dns = process.getBuiltinModule('node:dns');
    const lookUp = (): void => dns.lookup(name, options, callback);
    if (isLocal(name)) {
      lookUp();
      return;
    }
    const resolver = new dns.Resolver({ timeout: silenceMs, tries: 1 });
    if (servers !== undefined) resolver.setServers(servers);
    resolver.resolve4(name, error => {
      if (error?.code === 'ETIMEOUT') callback(error, []);
      else lookUp();
    });
  };

/** Whether no name server is asked for it. */
const isLocal = (name: string): boolean => {
  if (/(?:^|\.)localhost\.?$/i.test(name)) return true;
  try {
    const words = readFileSync('/etc/hosts', 'utf8').replaceAll(/#.*/g, '').toLowerCase().split(/\s+/);
    return words.includes(name.toLowerCase());
  } catch {
    // It is elsewhere on this host, or there is none.
    return false;
  }
};
