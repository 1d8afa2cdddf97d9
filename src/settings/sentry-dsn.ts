/** What a DSN of Sentry says. */
export interface SentryDsn {
  /** Of the project's API, without a slash at the end: `https://host/path/api/1`. */
  readonly api: string;
  /** Value of the header `X-Sentry-Auth`, which says who sends. */
  readonly authorization: string;
}

/**
 * Reads a DSN: `https://key@host/path/project`, in old ones with a secret behind the key, which nobody needs any more.
 * Source: Sentry's developer documentation, "DSN" and "Authentication".
 *
 * @returns `undefined` when it is none
 */
export function parseSentryDsn(given: string): SentryDsn | undefined {
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) return undefined;
  const { protocol, username, host, pathname, search, hash } = new URL(given);
  const [, path, project] = /^(.*)\/(\d+)\/?$/.exec(pathname) ?? [];
  if (project === undefined || !/^\w+$/.test(username) || search !== '' || hash !== '') return undefined;
  return {
    api: `${protocol}//${host}${path}/api/${project}`,
    authorization: `Sentry sentry_version=7, sentry_key=${username}`,
  };
}
