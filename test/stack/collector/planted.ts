/** Secrets as applications without our redaction send them, each one of a kind, and what only looks like one. */

const word = (index: number, length = 20): string =>
  `Zx${index}q`.padEnd(length, 'KdR4mW7tYb2hN9cPs6vGj3fL8a').slice(0, length);

/** Attributes and properties whose name says it. */
export const secretsByName: readonly { name: string; value: unknown; secret: string }[] = [
  'password',
  'db.password',
  'newPassword',
  'PGPASSWORD',
  'user.pwd',
  'access_token',
  'refreshToken',
  'http.request.header.authorization',
  'http.request.header.cookie',
  'http.response.header.set-cookie',
  'http.request.header.x-api-key',
  'aws.secret_access_key',
  'client_secret',
  'jwt',
  'session.id',
  'sessionId',
  'card_number',
  'payment.cvv',
  'user.ssn',
  'signature',
  'encryption-key',
].map((name, index) => ({ name, value: word(100 + index), secret: word(100 + index) }));

const inText = (
  index: number,
  write: (secret: string, mark: string) => string,
  secret = word(index),
): { text: string; secret: string; mark: string } => ({
  text: write(secret, `mark${index}x`),
  secret,
  mark: `mark${index}x`,
});

/** Texts in which it shows by its looks or by what stands before it. */
export const secretsInTexts: readonly { text: string; secret: string; mark: string }[] = [
  inText(1, (secret, mark) => `${mark} calls with Authorization: Bearer ${secret}`),
  inText(2, (secret, mark) => `${mark} connects to postgres://shop:${secret}@db.example:5432/shop`),
  inText(3, (secret, mark) => `${mark} asks https://api.example/v1/items?limit=3&api_key=${secret}`),
  inText(4, (secret, mark) => `${mark} was given password=${secret} by hand`),
  inText(5, (secret, mark) => `${mark} body {"user":"ada","password":"${secret}","age":36}`),
  inText(6, (secret, mark) => `${mark} token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.${secret}`, word(6, 40)),
  inText(7, (secret, mark) => `${mark} key ${secret} of the bucket`, 'AKIAZ7QPD3MWXK5T2NBC'),
  inText(8, (secret, mark) => `${mark} github ${secret}`, `ghp_${word(8, 36)}`),
  inText(9, (secret, mark) => `${mark} sent Cookie: theme=dark; sid=${secret}`),
  inText(10, (secret, mark) => `${mark} paid with ${secret} today`, '4111111111111111'),
  inText(11, (secret, mark) => `${mark} paid with ${secret}.`, '5500 0055 5555 5559'),
  inText(12, (secret, mark) => `${mark} paid with ${secret}`, '3782-822463-10005'),
  inText(13, (secret, mark) => `${mark} connect ECONNREFUSED redis://:${secret}@cache.example:6379`),
  inText(14, (secret, mark) => `${mark} refused Bearer ${secret}`),
  inText(15, (secret, mark) => `${mark} {\\"token\\":\\"${secret}\\",\\"page\\":2}`),
  inText(16, (secret, mark) => `${mark} slack ${secret}`, `xoxb-${word(16, 24)}`),
  inText(17, (secret, mark) => `${mark} stripe ${secret}`, `sk_live_${word(17, 24)}`),
  inText(
    18,
    (secret, mark) => `${mark} https://hooks.slack.com/services/${secret}`,
    'T0Z1X2/B3Y4W5/kQ6r7S8t',
  ),
  inText(
    19,
    (secret, mark) =>
      `${mark} read\n-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
    word(19, 64),
  ),
  inText(20, (secret, mark) => `${mark} Basic ${secret} in a header`, 'YWRhOmh1bnRlcjItcGFzcw=='),
  inText(21, (secret, mark) => `${mark} https://login.example/back?code=${secret}#done`),
  inText(22, (secret, mark) => `${mark} x-api-key: ${secret}, accept: */*`),
];

/** Names and values that must stay as they are: ids, sizes, routes, words that only resemble. */
export const harmless: Readonly<Record<string, unknown>> = {
  'http.route': '/api/users/:id',
  'http.request.method': 'GET',
  'url.path': '/tokens/list',
  'url.full': 'https://shop.example/items?page=2&sort=name',
  'server.address': 'db.example',
  'server.port': 5432,
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'db.query.text': 'SELECT name FROM items WHERE id = $1',
  trace_id: '4222222222222222aaaabbbbccccdddd',
  span_id: '4222222222222222',
  'request.id': '4222222222222222',
  'order.uuid': '550e8400-e29b-41d4-a716-446655440000',
  'git.sha': 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'at.milliseconds': 1_795_754_399_123,
  'at.nanoseconds': '1795754399123456789',
  ratio: 0.4222222222222222,
  'ratio.text': 'took 0.4222222222222222 of it',
  'gen_ai.usage.input_tokens': 512,
  max_tokens: 4096,
  token_count: 12,
  tokenType: 'access',
  'cookie.size': 300,
  author: 'Ada',
  keyboard: 'ko',
  secretary: 'Grace',
  tokenizer: 'bpe',
  'messaging.kafka.message.key': 'orders-7',
  enabled: true,
  note: 'Basic authentication is required; the password is kept elsewhere',
  phone: '+82 2 1234 5678',
  'exception.type': 'TypeError',
};
