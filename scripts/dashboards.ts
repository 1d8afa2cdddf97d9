/**
 * Writes grafana/dashboards from grafana/source; with --check it only says whether they are current. Another folder in
 * their place is an argument.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dashboardFiles } from '../grafana/source/all.ts';

const folder =
  process.argv.slice(2).find(argument => !argument.startsWith('--')) ??
  path.join(import.meta.dirname, '../grafana/dashboards');
const files = dashboardFiles();
const present = globSync('*/*.json', { cwd: folder });
const superfluous = present.filter(file => !files.has(file));
const outdated = [...files].filter(
  ([file, text]) => !present.includes(file) || readFileSync(path.join(folder, file), 'utf8') !== text,
);

if (!process.argv.includes('--check')) {
  for (const file of superfluous) rmSync(path.join(folder, file));
  for (const [file, text] of outdated) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
} else if (superfluous.length + outdated.length > 0) {
  const names = [...superfluous, ...outdated.map(([file]) => file)];
  console.error(`grafana/dashboards is out of date: run "npm run dashboards" (${names.join(', ')})`);
  process.exitCode = 1;
}
