/** Writes the pages of docs that are generated; with --check it only says whether they are current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../src/settings/markdown.ts';
import { topics } from '../src/settings/table.ts';
import type { Ledger } from '../test/frameworks/ledger.ts';
import { families } from '../test/frameworks/ledgers.ts';
import { frameworksPage } from './frameworks-page.ts';

const root = new URL('../', import.meta.url);
const pages = {
  'docs/configuration.md': configurationPage(topics),
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

function textOf(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
