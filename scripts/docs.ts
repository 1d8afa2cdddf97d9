/** Writes docs/configuration.md from the table of settings; with --check it only says whether that is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../src/settings/markdown.ts';
import { topics } from '../src/settings/table.ts';

const file = new URL('../docs/configuration.md', import.meta.url);
const page = configurationPage(topics);

if (!process.argv.includes('--check')) {
  writeFileSync(file, page);
} else if (current() !== page) {
  console.error('docs/configuration.md is out of date: run "npm run docs"');
  process.exitCode = 1;
}

function current(): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
