import { globSync } from 'node:fs';
import path from 'node:path';
import type { Ledger } from './ledger.ts';

interface LedgerFile {
  readonly ledger?: Ledger;
  readonly ledgers?: readonly Ledger[];
}

const folder = path.join(import.meta.dirname, 'ledgers');
const files: LedgerFile[] = [];
for (const file of globSync('*.ts', { cwd: folder }).sort()) files.push(await import(`./ledgers/${file}`));

/** All of them, in the order of their files. */
export const ledgers: readonly Ledger[] = files.flatMap(file => file.ledgers ?? file.ledger ?? []);

/** Versions of one framework, the newest last. */
export interface Family {
  readonly name: string;
  readonly ledgers: readonly Ledger[];
}

const withoutVersion = ({ name }: Ledger): string => name.replace(/ \d[\d.]*/g, '');

export const families: readonly Family[] = [
  ...Map.groupBy(ledgers, ledger => ledger.family ?? withoutVersion(ledger)),
].map(([name, ledgers]) => ({ name, ledgers }));

const newest = new Map(ledgers.map(ledger => [withoutVersion(ledger), ledger]));

/** The newest version of its framework. */
export const isNewest = (ledger: Ledger): boolean => newest.get(withoutVersion(ledger)) === ledger;

/**
 * What the tests run, so that they fit their budget on two cores: everything on the project's own Node.js, on another
 * (`TEST_NODE`) the newest version of each framework.
 */
export const chosenLedgers: readonly Ledger[] =
  process.env.TEST_NODE === undefined ? ledgers : ledgers.filter(isNewest);
