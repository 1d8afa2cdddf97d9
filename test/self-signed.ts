import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missing } from './missing.ts';

/** For the `skip` of tests that need a certificate. */
export const skipWithoutOpenssl = (): string | false =>
  missing(spawnSync('openssl', ['version']).status === 0, 'openssl', 'apt-get install openssl');

export interface SelfSigned {
  /** Paths of files in PEM. */
  readonly key: string;
  readonly cert: string;
  readonly remove: () => void;
}

/** A certificate of `localhost` that nobody but itself has signed. */
export const selfSigned = (): SelfSigned => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost'.split(' ');
  const made = spawnSync('openssl', [...request, '-keyout', key, '-out', cert]);
  assert.equal(made.status, 0, String(made.stderr));
  return { key, cert, remove: () => rmSync(folder, { recursive: true }) };
};
