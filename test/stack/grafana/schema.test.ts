import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { dashboards } from './queries.ts';

const root = path.join(import.meta.dirname, '../../..');
/** Inside of node_modules, so that the packages are found and nothing else reads it. */
const cache = path.join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(path.join(cache, 'dashboards-'));
after(() => rmSync(folder, { recursive: true }));

const type = path.join(import.meta.dirname, 'dashboard-type.ts');

/** As the literal that it is, so that what no type knows is an error, too. */
const write = (name: string, json: string): string => {
  const file = `${name}.ts`;
  writeFileSync(
    path.join(folder, file),
    `import type { DashboardJson } from '${type}';\nexport const dashboard: DashboardJson = ${json};\n`,
  );
  return file;
};

const english = dashboards().find(({ uid }) => uid === 'ykmake-overview');
const overview = JSON.stringify(english, null, 2);

/** Each breaks the overview in one place, which the type must see. */
const broken: Readonly<Record<string, readonly [from: string | RegExp, to: string]>> = {
  'an option that no panel has': ['"colorMode":', '"colourMode":'],
  'a value that an option does not take': ['"graphMode": "none"', '"graphMode": "nothing"'],
  'a panel of no known type': ['"type": "heatmap"', '"type": "heatmaps"'],
  'an option of another panel': ['"showHeader": true', '"showHeaders": true'],
  'a unit that is no text': ['"unit": "percentunit"', '"unit": 1'],
  'a query with an unknown key': ['"exemplar": true', '"exemplars": true'],
  'an override of nothing': ['"id": "custom.width"', '"id": "custom.widths"'],
  'a threshold without colour': [/"value": 0.001,\s+"color": "yellow"/, '"value": 0.001'],
  'a refresh of a variable that does not exist': ['"refresh": 2,', '"refresh": 7,'],
  'a dashboard with an unknown key': ['"refresh": "5s"', '"refreshing": "5s"'],
};

test('every dashboard is what the types of Grafana say, and tsc sees what is not', () => {
  const good = dashboards().map(dashboard => write(dashboard.uid, JSON.stringify(dashboard, null, 2)));
  const bad = Object.entries(broken).map(([what, [from, to]], index) => {
    const changed = overview.replace(from, to);
    assert.notEqual(changed, overview, `nothing to break for ${what}`);
    return [what, write(`broken-${index}`, changed)] as const;
  });
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: path.join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] }),
  );
  const { stdout } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'],
    { encoding: 'utf8', cwd: folder },
  );
  const complaints = stdout.split('\n').filter(line => /\berror TS/.test(line));

  assert.deepEqual(
    complaints.filter(line => !bad.some(([, file]) => line.startsWith(file))),
    [],
    `tsc of ${good.join(', ')}:\n${stdout}`,
  );
  for (const [what, file] of bad)
    assert.ok(
      complaints.some(line => line.startsWith(file)),
      `tsc did not see ${what}:\n${stdout}`,
    );
});
