import { isIP } from 'node:net';
import { isPrintable } from './parse.ts';
import type { Kind } from './setting.ts';

const scheme = /^[a-z][a-z\d+.-]*:\/\//i;
const hostName = /^(?:[\w-]{1,63}\.)*[\w-]{1,63}$/;
const numericEnd = /(?:^|\.)\d+$/;

export const port: Kind<number> = {
  expected: 'a port (0 to 65535)',
  parse: given => (/^\d{1,5}$/.test(given) && Number(given) <= 65535 ? Number(given) : undefined),
};

/** A name whose last part is a number is a mistyped address. An IPv6 address may stand in brackets. */
export const host: Kind<string> = {
  expected: 'a host name or an IP address',
  parse: given => {
    const bare = /^\[(.{2,64})\]$/.exec(given)?.[1] ?? given;
    if (isIP(bare) !== 0) return bare;
    return given.length <= 253 && hostName.test(given) && !numericEnd.test(given) ? given : undefined;
  },
};

/** Only http and https: a setting must not make this process open files or speak other protocols. */
export const url: Kind<string> = {
  expected: 'an http or https URL',
  parse: given => (isHttpUrl(given) ? given : undefined),
  redact: redactUrl,
};

/**
 * Protocol, key, host with the path before it, and project of a DSN; in old ones there is a secret behind the key, which
 * nobody needs any more. Source: Sentry's developer documentation, "DSN".
 */
export const dsnPattern: RegExp = /^(https?:)\/\/(\w+)(?::\w*)?@([^@?#\s]+)\/(\d+)\/?$/i;

export const dsn: Kind<string> = {
  expected: 'a Sentry DSN (https://key@host/project)',
  parse: given => (isHttpUrl(given) && dsnPattern.test(given) ? given : undefined),
  redact: redactUrl,
};

/** A URL with places such as {traceId} that are filled in later. */
export function urlTemplate(places: readonly string[]): Kind<string> {
  const filled = (given: string): string =>
    places.reduce((result, place) => result.replaceAll(`{${place}}`, 'x'), given);
  return {
    expected: `an http or https URL that may hold ${places.map(place => `{${place}}`).join(', ')}`,
    parse: given => (isHttpUrl(filled(given)) && !/[{}]/.test(filled(given)) ? given : undefined),
    redact: redactUrl,
  };
}

function isHttpUrl(given: string): boolean {
  return /^https?:\/\//i.test(given) && isPrintable(given) && !/\s/.test(given) && URL.canParse(given);
}

/**
 * Hides what may be a secret in a URL, also in one that does not parse: credentials, query and fragment.
 * With both an `@` and a `?` nobody can say where a password ends, so that nothing but the scheme is shown.
 */
function redactUrl(given: string): string {
  const start = scheme.exec(given)?.[0] ?? '';
  const rest = given.slice(start.length);
  const at = rest.lastIndexOf('@');
  const query = rest.search(/[?#]/);
  if (at >= 0 && query >= 0) return `${start}(hidden)`;
  if (at >= 0) return `${start}(hidden)${rest.slice(at)}`;
  return query >= 0 ? `${start}${rest.slice(0, query + 1)}(hidden)` : given;
}
