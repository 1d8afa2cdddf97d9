export interface BenchedStatement {
  readonly group: string;
  readonly system: string;
  readonly text: string;
}

const repeated = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(', ');

/** Statements of 100 to 2,000 characters, as they are sent to databases. */
export const statements = (): readonly BenchedStatement[] => [
  ...short.map(([system, text]) => ({ group: 'short', system, text })),
  ...wide.map(([system, text]) => ({ group: 'wide lists of columns', system, text })),
  ...literals.map(([system, text]) => ({ group: 'with literals', system, text })),
];

type Row = readonly [system: string, text: string];

const short: readonly Row[] = [
  [
    'postgresql',
    'select "id", "email" from "users" where "id" = $1 and "deleted_at" is null order by "id" asc limit $2',
  ],
  [
    'postgresql',
    'UPDATE "public"."Order" SET "status" = $1, "updatedAt" = $2 WHERE ("public"."Order"."id" = $3 AND 1=1) RETURNING "id"',
  ],
  [
    'postgresql',
    'INSERT INTO "orders" ("id","customer_id","total","note","created_at") VALUES ($1,$2,$3,$4,$5) RETURNING "id"',
  ],
  [
    'mysql',
    'select `users`.*, `teams`.`name` as `team` from `users` inner join `teams` on `teams`.`id` = `users`.`team_id` where `users`.`active` = ?',
  ],
  [
    'mysql',
    'INSERT INTO `sessions` (`id`,`user_id`,`data`) VALUES (?,?,?) ON DUPLICATE KEY UPDATE `data` = VALUES(`data`)',
  ],
  [
    'microsoft.sql_server',
    'SELECT TOP (10) [u].[Id], [u].[Name] FROM [dbo].[Users] AS [u] WITH (NOLOCK) WHERE [u].[Active] = @p0 ORDER BY [u].[Id]',
  ],
  [
    'sqlite',
    'DELETE FROM "jobs" WHERE "state" = ? AND "finished_at" < ? AND "queue" IN (?, ?, ?) RETURNING "id"',
  ],
  [
    'cassandra',
    'SELECT id, name, email, created_at FROM shop.users WHERE tenant = ? AND bucket = ? AND id > ? LIMIT 100',
  ],
];

const wide: readonly Row[] = [
  [
    'postgresql',
    `SELECT ${repeated(25, n => `"public"."User"."column_${n}"`)} FROM "public"."User" WHERE ("public"."User"."email" = $1 AND 1=1) LIMIT $2 OFFSET $3`,
  ],
  [
    'postgresql',
    `SELECT ${repeated(30, n => `"t0"."field_${n}" AS "t0_field_${n}"`)} FROM "customer" "t0" LEFT JOIN "invoice" "t1" ON "t1"."customer_id"="t0"."id" WHERE "t0"."id" = $1`,
  ],
  [
    'mysql',
    `SELECT ${repeated(30, n => `\`Post\`.\`attribute${n}\``)}, \`User\`.\`id\` AS \`User.id\` FROM \`Posts\` AS \`Post\` LEFT OUTER JOIN \`Users\` AS \`User\` ON \`Post\`.\`userId\` = \`User\`.\`id\``,
  ],
  [
    'microsoft.sql_server',
    `SELECT ${repeated(30, n => `[o].[Column${n}]`)} FROM [Sales].[Orders] AS [o] WHERE [o].[CustomerId] = @p0`,
  ],
  ['sqlite', `select ${repeated(40, n => `t.field_${n}`)} from entries t where t.id = ?`],
];

const literals: readonly Row[] = [
  [
    'postgresql',
    `INSERT INTO events (kind, payload, at) VALUES ${repeated(12, n => `('signup', '{"plan": "pro", "seat": ${n}}', now())`)}`,
  ],
  [
    'postgresql',
    `WITH recent AS (SELECT user_id, count(*) AS n FROM logins WHERE at > now() - interval '7 days' AND country IN (${repeated(20, n => `'C${n}'`)}) GROUP BY user_id) SELECT u.id, u.name, r.n FROM users u JOIN recent r ON r.user_id = u.id WHERE u.state = 'active' ORDER BY r.n DESC LIMIT 50 /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/`,
  ],
  [
    'mysql',
    `UPDATE products SET ${repeated(10, n => `attribute_${n} = 'value number ${n}'`)}, updated_at = NOW() WHERE id IN (${repeated(50, n => String(1_000 + n))})`,
  ],
  [
    'sqlite',
    `SELECT id, CASE WHEN price > 100 THEN 'high' WHEN price > 50 THEN 'middle' ELSE 'low' END AS class, (SELECT count(*) FROM reviews WHERE product_id = p.id AND stars >= 4) AS good FROM products p WHERE name LIKE '%lamp%' AND stock > 0 AND shop IN (${repeated(30, String)})`,
  ],
  [
    'microsoft.sql_server',
    `UPDATE u SET u.[Level] = 3, u.[Note] = N'upgraded by the nightly job', u.[Until] = '2027-01-01T00:00:00' FROM [dbo].[Users] AS u INNER JOIN [dbo].[Payments] AS p ON p.[UserId] = u.[Id] AND p.[State] = N'paid' WHERE p.[Amount] > 99.95`,
  ],
];
