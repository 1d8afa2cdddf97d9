/** Ways in which an application lets a secret out, each with a secret of its own. */
export interface Planted {
  /** What must not be found anywhere. */
  readonly secret: string;
  /** What stands beside it and must be found where records go. */
  readonly mark: string;
  /** How: what the fixture application is asked to do. */
  readonly ask: Ask;
}

export type Ask =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'metadata'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'span'; readonly name: string; readonly text: string }
  | { readonly kind: 'url'; readonly path: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string };

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Always the same ones: a failure can be looked at again. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** So many secrets in turn by every way there is. */
export const plantSecrets = (count: number): readonly Planted[] => {
  const next = random(7);
  const word = (length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
  return Array.from({ length: count }, (_, index) => {
    const mark = `mark${index}x`;
    const way = ways[index % ways.length] as Way;
    const { secret, ask } = way(word, mark, next);
    return { secret, mark, ask };
  });
};

type Way = (
  word: (length: number) => string,
  mark: string,
  next: () => number,
) => { readonly secret: string; readonly ask: Ask };

const inMessage =
  (text: (secret: string, mark: string) => string, length = 24): Way =>
  (word, mark) => {
    const secret = word(length);
    return { secret, ask: { kind: 'message', text: text(secret, mark) } };
  };
const inMetadata =
  (value: (secret: string) => unknown): Way =>
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'metadata', value: value(secret), text: mark } };
  };
const inError =
  (text: (secret: string, mark: string) => string): Way =>
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'error', text: text(secret, mark) } };
  };

/** A number that is one of a card, by its check digit. */
const cardNumber = (next: () => number): string => {
  const digits = [4, ...Array.from({ length: 14 }, () => Math.floor(next() * 10))];
  const sum = digits
    .toReversed()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? luhn(digit) : digit), 0);
  return [...digits, (10 - (sum % 10)) % 10].join('');
};
const luhn = (digit: number): number => (digit * 2 > 9 ? digit * 2 - 9 : digit * 2);

const ways: readonly Way[] = [
  inMessage((secret, mark) => `${mark} calls with Authorization: Bearer ${secret}`),
  inMessage((secret, mark) => `${mark} connects to postgres://shop:${secret}@db.example:5432/shop`),
  inMessage((secret, mark) => `${mark} asks https://api.example/v1/items?limit=3&api_key=${secret}`),
  inMessage((secret, mark) => `${mark} was given password=${secret} by hand`),
  inMessage((secret, mark) => `${mark} body {"user":"ada","password":"${secret}","age":36}`),
  inMessage((secret, mark) => `${mark} token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${secret}`, 43),
  (word, mark) => {
    const secret = word(16).toUpperCase();
    return { secret, ask: { kind: 'message', text: `${mark} key AKIA${secret} of the bucket` } };
  },
  inMessage((secret, mark) => `${mark} github ghp_${secret}`, 36),
  inMessage((secret, mark) => `${mark} sent Cookie: theme=dark; sid=${secret}`),
  inMessage(
    (secret, mark) =>
      `${mark}\n-----BEGIN PRIVATE KEY-----\n${secret}\n${secret}\n-----END PRIVATE KEY-----\nend`,
    64,
  ),
  (_word, mark, next) => {
    const secret = cardNumber(next);
    return { secret, ask: { kind: 'message', text: `${mark} paid with ${secret} today` } };
  },
  inMetadata(secret => ({ password: secret })),
  inMetadata(secret => ({ headers: { authorization: `Bearer ${secret}`, accept: '*/*' } })),
  inMetadata(secret => ({ headers: { cookie: `a=b; session=${secret}` } })),
  inMetadata(secret => ({ user: { profile: [{ newPassword: secret }] } })),
  inMetadata(secret => ({ config: { 'x-api-key': secret } })),
  inMetadata(secret => ({ credentials: { user: 'ada', value: secret } })),
  inMetadata(secret => ({ callback: `https://ada:${secret}@hooks.example/` })),
  inMetadata(secret => ({ note: `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}` })),
  inMetadata(secret => ({ clientSecret: [secret, secret] })),
  inError((secret, mark) => `${mark} cannot log in with password: ${secret}`),
  inError((secret, mark) => `${mark} connect ECONNREFUSED redis://:${secret}@cache.example:6379`),
  inError((secret, mark) => `${mark} refused Bearer ${secret}`),
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'span', name: 'user.password', text: secret + mark } };
  },
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'span', name: 'note', text: `${mark} Authorization: Bearer ${secret}` } };
  },
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'url', path: `/asked/${mark}?token=${secret}&page=2` } };
  },
  (word, mark) => {
    const secret = word(20);
    const to = encodeURIComponent(`https://ada:${secret}@other.example/`);
    return { secret, ask: { kind: 'url', path: `/asked/${mark}?to=${to}` } };
  },
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'header', name: 'authorization', value: `Bearer ${secret}${mark}` } };
  },
  (word, mark) => {
    const secret = word(20);
    return { secret, ask: { kind: 'header', name: 'cookie', value: `sid=${secret}${mark}` } };
  },
  (word, mark) => {
    const secret = word(20);
    const value = `client/1.0 (${mark}; password=${secret})`;
    return { secret, ask: { kind: 'header', name: 'user-agent', value } };
  },
];
