/** The id of the user with a number, in the forms that applications use. */
export const idKinds: Readonly<Record<string, (user: number) => string | number | bigint>> = {
  'sequential numbers': user => user,
  'sequential texts': user => `user-${user}`,
  'large bigints': user => 2n ** 63n + BigInt(user),
  UUIDs: user => uuid(user),
  'UUIDs by time': user =>
    `0192f3a1-${hex(user).slice(0, 4)}-7${hex(user).slice(4, 7)}-8000-0000000${hex(user).slice(3)}`,
  'texts with a long common start': user => `tenants/eu-west-1/organisations/4711/members/${user}`,
  'texts with a long common end': user => `${user}@members.organisation-4711.ykmake.example`,
  'ids of 24 hexadecimal digits': user => `65f1c0ffee00aa${(user * 7).toString(16).padStart(10, '0')}`,
};

/** A UUID of version 4 that is always the same for the same user. */
const uuid = (user: number): string => {
  const first = hex(Math.imul(user, 0x9e3779b1));
  const second = hex(Math.imul(user ^ 0x5bd1e995, 0x85ebca6b));
  return `${first}-${second.slice(0, 4)}-4${second.slice(4, 7)}-a${first.slice(0, 3)}-${hex(user)}${second.slice(4)}`;
};

const hex = (number: number): string => (number >>> 0).toString(16).padStart(8, '0');
