import { globSync } from 'node:fs';
import path from 'node:path';
import { databases } from '../../src/settings/instrumentation-names.ts';
import type { ClientLedger } from './ledger.ts';

const folder = path.join(import.meta.dirname, 'ledgers');
const files: { readonly clients: readonly ClientLedger[] }[] = [];
for (const file of globSync('*.ts', { cwd: folder }).sort()) files.push(await import(`./ledgers/${file}`));

const offered: readonly string[] = databases;

/** Also of clients that have no adapter yet. */
export const allClientLedgers: readonly ClientLedger[] = files.flatMap(({ clients }) => clients);

/** Of every client that has an adapter, in the order in which settings name them. */
export const clientLedgers: readonly ClientLedger[] = allClientLedgers
  .filter(({ adapter }) => offered.includes(adapter))
  .sort((one, other) => offered.indexOf(one.adapter) - offered.indexOf(other.adapter));
