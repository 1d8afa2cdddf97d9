export interface Credentials {
  /** `undefined`: no bearer token is accepted. */
  readonly token: string | undefined;
  /** `user:password`; `undefined`: no basic credentials are accepted. */
  readonly basicAuth: string | undefined;
}

/** Tells whether the value of an `Authorization` header opens the endpoint; never throws. */
export type Authorize = (header: string | undefined) => boolean;

/**
 * Compares hashes in constant time, so that neither length nor content of a credential shows in the answer
 * time. Without credentials everybody may read. Source: RFC 6750 (bearer), RFC 7617 (basic, UTF-8).
 */
export const createAuthorize = ({ token, basicAuth }: Credentials): Authorize => {
  if (token === undefined && basicAuth === undefined) return () => true;
  // Loaded here, because it takes longer than all else that an unguarded endpoint needs.
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  const accepted: Buffer[] = [];
  if (token !== undefined) accepted.push(digest(`bearer ${token}`));
  if (basicAuth !== undefined) accepted.push(digest(`basic ${basicAuth}`));
  return header => {
    const given = digest(credentialOf(header ?? ''));
    // Every one is compared, whichever fits.
    return accepted.map(expected => timingSafeEqual(given, expected)).includes(true);
  };
};

const credentialOf = (header: string): string => {
  const [scheme = '', value = ''] = header.trim().split(/ +(.*)/s, 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      // Node hands over header bytes as Latin-1; tokens are compared as UTF-8.
      return `bearer ${Buffer.from(value, 'latin1').toString('utf8')}`;
    case 'basic':
      return `basic ${Buffer.from(value, 'base64').toString('utf8')}`;
    default:
      return '';
  }
};
