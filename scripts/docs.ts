/** Writes the pages of docs that are generated; with --check it only says whether they are current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../src/settings/markdown.ts';
import { topics } from '../src/settings/table.ts';
import { clientLedgers } from '../test/database/ledgers.ts';
import { ormLedgers } from '../test/database/orm-ledgers.ts';
import { readCases } from '../test/database/read-cases.ts';
import type { Ledger } from '../test/frameworks/ledger.ts';
import { families } from '../test/frameworks/ledgers.ts';
import { databasesPage } from './databases-page.ts';
import { frameworksPage } from './frameworks-page.ts';

const root = new URL('../', import.meta.url);
const pages = {
  'docs/configuration.md': configurationPage(topics),
  'docs/databases.md': databasesPage({
    clients: clientLedgers,
    orms: ormLedgers,
    casesOf: await readCases(),
    versionsOf: installedVersions,
  }),
  'docs/frameworks.md': frameworksPage(families, versionsOf),
};

for (const [name, page] of Object.entries(pages)) {
  const file = new URL(name, root);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, page);
  } else if (textOf(file) !== page) {
    console.error(`${name} is out of date: run "npm run docs"`);
    process.exitCode = 1;
  }
}

/** The packages of a framework with the versions that its applications are tested with. */
function versionsOf({ from, packages }: Ledger): readonly string[] {
  const manifest = readFileSync(new URL(`${from}/package.json`, root), 'utf8');
  const { dependencies = {}, devDependencies = {} } = JSON.parse(manifest);
  const versions: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
  return (packages ?? Object.keys(dependencies)).map(name => {
    // A second version of a package has a name of its own here.
    const [, alias = name, version = versions[name]] = /^npm:(.+)@(.+)$/.exec(versions[name] ?? '') ?? [];
    return `${alias} ${version}`;
  });
}

/** By the lock files of applications in test/fixtures, oldest first. */
function installedVersions(folders: readonly string[], packages: readonly string[]): readonly string[] {
  const locks = folders.map(folder => {
    const lock = readFileSync(new URL(`test/fixtures/${folder}/package-lock.json`, root), 'utf8');
    return JSON.parse(lock).packages as Readonly<Record<string, { readonly version: string } | undefined>>;
  });
  return packages.map(name => {
    const versions = locks.flatMap(lock => lock[`node_modules/${name}`]?.version ?? []).reverse();
    return `${name} ${versions.join(', ')}`;
  });
}

function textOf(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
