import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { root } from '../../child.ts';

/** `.ci/programs` with an empty cache, and with these scripts in the place of programs that it calls. */
const bring = (test: TestContext, instead: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'programs-'));
  test.after(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(instead)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(path.join(root, '.ci/programs'), {
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, ASKED: path.join(folder, 'asked') },
    encoding: 'utf8',
  });
  const asked = existsSync(path.join(folder, 'asked'))
    ? readFileSync(path.join(folder, 'asked'), 'utf8')
    : '';
  return { status, stdout, stderr, asked };
};

/** Installs without doing so, and cannot download. */
const noDebian = 'case "$1" in update) ;; install) echo "$@" >>"$ASKED" ;; *) exit 1 ;; esac';

describe('.ci/programs', () => {
  for (const [how, go] of [
    ['fails', 'exit 1'],
    ['builds nothing', 'exit 0'],
  ] as const)
    it(`prints no path and fails where nothing can be fetched and Go ${how}`, test => {
      const { status, stdout, stderr } = bring(test, { 'apt-get': noDebian, go });
      assert.notEqual(status, 0, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /the programs of the next Debian could not be fetched/);
      assert.match(stderr, /Loki could not be built/);
    });

  it('asks for fonts where there are none, and not where they stand first in a long list', test => {
    const others = 'seq 100000 | sed s/^/font-/';
    const without = bring(test, { 'apt-get': noDebian, go: 'exit 1', 'fc-list': others });
    assert.match(without.asked, /fonts-noto-cjk/);
    for (let turn = 0; turn < 3; turn++) {
      const fonts = `echo NotoSansCJK-Regular.ttc && ${others}`;
      const { asked } = bring(test, { 'apt-get': noDebian, go: 'exit 1', 'fc-list': fonts });
      assert.doesNotMatch(asked, /fonts-noto-cjk/);
    }
  });
});
