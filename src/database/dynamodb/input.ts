/** What is read of a command's input; nothing in it is taken for granted. */
interface Input {
  readonly TableName?: unknown;
  /** By table. */
  readonly RequestItems?: unknown;
  readonly TransactItems?: unknown;
}

/** `arn:aws:dynamodb:eu-west-1:123456789012:table/users/index/by-name` is the table `users`. */
const nameOf = (table: string): string =>
  table.startsWith('arn:') ? (/:table\/([^/]+)/.exec(table)?.[1] ?? table) : table;

/** `[{ Put: { TableName, … } }, …]`: the first one's. */
const tableOfItems = (items: unknown): unknown => {
  const [first]: readonly unknown[] = Array.isArray(items) ? items : [];
  if (typeof first !== 'object' || first === null) return undefined;
  const [action] = Object.values(first).filter(value => typeof value === 'object' && value !== null);
  return (action as { TableName?: unknown } | undefined)?.TableName;
};

/** The table that a command names, of several the first. */
export const tableOf = (input: Input | undefined): string | undefined => {
  if (typeof input !== 'object' || input === null) return undefined;
  const { TableName, RequestItems, TransactItems } = input;
  let table = TableName ?? tableOfItems(TransactItems);
  if (table === undefined && typeof RequestItems === 'object' && RequestItems !== null)
    [table] = Object.keys(RequestItems);
  return typeof table === 'string' ? nameOf(table) : undefined;
};
