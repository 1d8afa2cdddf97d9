import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readDashboards } from '../../../grafana/preview/dashboards.ts';
import { sizeOf } from '../../../grafana/preview/draw.ts';
import { place } from '../../../grafana/preview/place.ts';
import type { PanelJson } from '../../../grafana/preview/preview.ts';
import { root } from '../../child.ts';

const folder = path.join(root, 'docs/images');
const pictures = globSync('*.png', { cwd: folder }).map(name => ({
  name,
  png: readFileSync(path.join(folder, name)),
}));

test('each dashboard has a picture, and no picture is left of one that is gone', () => {
  assert.deepEqual(
    pictures.map(({ name }) => name).sort(),
    readDashboards()
      .map(({ uid }) => `${uid}.png`)
      .sort(),
  );
});

test('each picture has the size that the panels of its dashboard take: after a change, "npm run previews" draws it anew', () => {
  const real = pictures.map(({ name, png }) => [name, png.readUInt32BE(16), png.readUInt32BE(20)]);
  const wanted = readDashboards().map(({ uid, panels }) => {
    const { width, height } = sizeOf(place(panels));
    return [`${uid}.png`, width, height];
  });
  assert.deepEqual(real.sort(), wanted.sort());
});

test('the pictures are small enough for a repository', () => {
  const large = pictures.filter(({ png }) => png.length > 400_000).map(({ name }) => name);
  assert.deepEqual(large, []);
  const all = pictures.reduce((sum, { png }) => sum + png.length, 0);
  assert.ok(all < 3_000_000, `${all} bytes`);
});

test('the documentation shows every picture', () => {
  const page = ['docs/dashboards.md', 'docs/images/README.md']
    .map(file => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
  assert.deepEqual(
    pictures
      .map(({ name }) => name)
      .filter(name => !page.includes(`/${name})`) && !page.includes(`(${name})`)),
    [],
  );
});

test('closed rows are opened and move down what is below them; those of Tempo and Loki stay closed', () => {
  const panel = (title: string, y: number, more: object = {}): PanelJson => ({
    type: 'stat',
    title,
    gridPos: { x: 0, y, w: 24, h: 4 },
    ...more,
  });
  const row = (title: string, y: number, panels: readonly PanelJson[]): PanelJson =>
    panel(title, y, { type: 'row', collapsed: true, gridPos: { x: 0, y, w: 24, h: 1 }, panels });
  const logs = panel('logs', 10, { targets: [{ datasource: { type: 'loki', uid: 'loki' } }] });
  const { panels, height } = place([
    panel('first', 0),
    row('closed', 4, [panel('inside', 5)]),
    row('of Loki', 5, [logs]),
    panel('last', 6),
  ]);
  assert.deepEqual(
    panels.map(({ panel, place }) => [panel.title, place.top / 38]),
    [
      ['first', 0],
      ['closed', 4],
      ['inside', 5],
      ['of Loki', 9],
      ['last', 10],
    ],
  );
  assert.equal(height, 14 * 38 - 8);
});
