import type { OtlpTarget } from '../../otlp/post.ts';
import type { ErrorsSettings } from '../../settings/errors.ts';
import { readDsn } from './dsn.ts';

/**
 * Where Sentry takes spans, when they are to go there too; how others are sent has no effect on it. Source: Sentry's
 * documentation, "OTLP".
 */
export const sentryTracesTarget = ({
  sentryDsn = '',
  sentryTraces,
}: Pick<ErrorsSettings, 'sentryDsn' | 'sentryTraces'>): OtlpTarget | undefined => {
  const dsn = sentryTraces ? readDsn(sentryDsn) : undefined;
  return (
    dsn && {
      url: `${dsn.api}/integration/otlp/v1/traces/`,
      headers: { 'x-sentry-auth': dsn.authorization },
      timeout: 10_000,
      compression: 'gzip',
      protocol: 'http/protobuf',
    }
  );
};
