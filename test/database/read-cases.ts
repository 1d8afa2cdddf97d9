import { globSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './ledger.ts';

const folder = path.join(import.meta.dirname, '../fixtures/databases/cases');

interface CasesFile {
  readonly cases: readonly Case[] | ((client: string) => readonly Case[]);
  /** Where `cases` has only those that an old version can do. */
  readonly all?: readonly Case[];
}

/** The files of all cases, without their extension. */
export const caseFiles: readonly string[] = globSync('*.mjs', { cwd: folder })
  .map(file => path.basename(file, '.mjs'))
  .sort();

/** Reads the files; what is returned gives the cases of one, as they are on a client. */
export const readCases = async (): Promise<(file: string, client: string) => readonly Case[]> => {
  const files = new Map<string, CasesFile>();
  for (const name of caseFiles) files.set(name, await import(path.join(folder, `${name}.mjs`)));
  return (name, client) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`no cases "${name}"`);
    if (typeof file.cases === 'function') return file.cases(client);
    return file.all ?? file.cases;
  };
};
