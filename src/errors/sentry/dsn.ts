import { dsnPattern } from '../../settings/parse-network.ts';

/** What a DSN of Sentry says. */
export interface SentryDsn {
  /** Of the project's API, without a slash at the end: `https://host/path/api/1`. */
  readonly api: string;
  /** Value of the header `X-Sentry-Auth`, which says who sends. */
  readonly authorization: string;
}

/**
 * Source: Sentry's developer documentation, "Authentication".
 *
 * @returns `undefined` when it is no DSN
 */
export const readDsn = (given: string): SentryDsn | undefined => {
  const [, protocol, key, server, project] = dsnPattern.exec(given) ?? [];
  return project === undefined
    ? undefined
    : {
        api: `${protocol}//${server}/api/${project}`,
        authorization: `Sentry sentry_version=7, sentry_key=${key}`,
      };
};
