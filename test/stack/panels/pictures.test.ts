import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readDashboards } from '../../../grafana/preview/dashboards.ts';
import { sizeOf } from '../../../grafana/preview/draw.ts';
import { linkPackages } from '../../../grafana/preview/packages.ts';
import { place } from '../../../grafana/preview/place.ts';
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
  const page = readFileSync(path.join(root, 'docs/dashboards.md'), 'utf8');
  assert.deepEqual(
    pictures.map(({ name }) => name).filter(name => !page.includes(`(images/${name})`)),
    [],
  );
});

test('the page of the previews is typed as strictly as everything else', () => {
  linkPackages();
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', path.join(root, 'grafana/preview/page')], { stdio: 'pipe', encoding: 'utf8' });
});
