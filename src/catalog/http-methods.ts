/**
 * The methods that get a label value of their own; every other one is `_OTHER`.
 * Source: OpenTelemetry HTTP semantic conventions, `http.request.method` (RFC 9110 and PATCH).
 */
export const knownMethods: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

export const otherMethod = '_OTHER';
