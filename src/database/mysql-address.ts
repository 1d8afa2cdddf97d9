import type { DatabaseName } from './call.ts';

/** What the clients of MySQL and MariaDB call it in their options, of which nothing is taken for granted. */
export interface AddressOptions {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly socketPath?: unknown;
  readonly database?: unknown;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
/** Of an address old versions keep it as text. */
const number = (value: unknown): number | undefined =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) : undefined;

/** @param current the database that is used now, where the client knows it */
export const databaseOf = (
  { host, port, socketPath, database }: AddressOptions,
  current?: unknown,
): DatabaseName => {
  const socket = text(socketPath);
  return {
    host: socket ?? text(host),
    port: socket === undefined ? number(port) : undefined,
    namespace: text(current) ?? text(database),
  };
};
