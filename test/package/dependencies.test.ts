import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../child.ts';
import { npm } from './packed.ts';

/** What `npm ls --json` and a lock file say of a package. */
interface Installed {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Installed>>;
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(read('package.json'));
const lock: { readonly packages: Readonly<Record<string, Installed>> } = JSON.parse(
  read('package-lock.json'),
);

/** The consistent set of SDK 3; anything else in it, or anything twice, is a fault. */
const openTelemetry = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/context-async-hooks': '3.0.0',
  '@opentelemetry/core': '3.0.0',
  '@opentelemetry/exporter-prometheus': '0.300.0',
  // Of auto-instrumentations-node 0.82.0.
  '@opentelemetry/instrumentation': '0.300.0',
  '@opentelemetry/instrumentation-amqplib': '0.71.0',
  '@opentelemetry/instrumentation-aws-sdk': '0.79.0',
  '@opentelemetry/instrumentation-dataloader': '0.41.0',
  '@opentelemetry/instrumentation-dns': '0.67.0',
  '@opentelemetry/instrumentation-fs': '0.43.0',
  '@opentelemetry/instrumentation-generic-pool': '0.67.0',
  '@opentelemetry/instrumentation-graphql': '0.72.0',
  '@opentelemetry/instrumentation-grpc': '0.300.0',
  '@opentelemetry/instrumentation-kafkajs': '0.33.0',
  '@opentelemetry/instrumentation-lru-memoizer': '0.68.0',
  '@opentelemetry/instrumentation-net': '0.68.0',
  '@opentelemetry/instrumentation-openai': '0.22.0',
  '@opentelemetry/instrumentation-socket.io': '0.71.0',
  '@opentelemetry/otlp-transformer': '0.300.0',
  '@opentelemetry/propagator-b3': '3.0.0',
  '@opentelemetry/resources': '3.0.0',
  '@opentelemetry/sdk-logs': '3.0.0',
  '@opentelemetry/sdk-metrics': '3.0.0',
  '@opentelemetry/sdk-trace': '3.0.0',
  '@opentelemetry/semantic-conventions': '1.45.0',
};

/** `name version` of every package in a tree of `npm ls`. */
const packagesOf = ({ dependencies = {} }: Installed): readonly string[] =>
  Object.entries(dependencies)
    // Optional peers that are not installed have no version.
    .filter(([, { version }]) => version !== undefined)
    .flatMap(([name, installed]) => [`${name} ${installed.version}`, ...packagesOf(installed)]);

/** `name version` of every OpenTelemetry package in a lock file, one for each folder that it is installed in. */
const openTelemetryIn = (packages: Readonly<Record<string, Installed>>): readonly string[] =>
  Object.entries(packages)
    .flatMap(([folder, { version }]) => {
      const name = /(?:^|\/)node_modules\/(@opentelemetry\/[^/]+)$/.exec(folder)?.[1];
      return name === undefined ? [] : [`${name} ${version}`];
    })
    .sort();

const expected = Object.entries(openTelemetry).map(([name, version]) => `${name} ${version}`);

describe('dependencies', () => {
  test('a user installs this package and no other', () => {
    // Of the lock file, which is what is installed: in node_modules the package `node` leaves what it unpacked
    // itself with, and npm calls that extraneous.
    const tree = JSON.parse(npm(root, 'ls', '--omit=dev', '--all', '--json', '--package-lock-only'));
    assert.equal(tree.problems, undefined);
    assert.deepEqual(packagesOf(tree), []);
  });

  test('every OpenTelemetry package is there once, in the version of the consistent set', () => {
    assert.deepEqual(openTelemetryIn(lock.packages), expected);
  });

  test('a second copy of one, or another version, is noticed', () => {
    const core = { version: '3.0.0' };
    const nested = { ...lock.packages, 'node_modules/made-up/node_modules/@opentelemetry/core': core };
    assert.notDeepEqual(openTelemetryIn(nested), expected);
    const other = { ...lock.packages, 'node_modules/@opentelemetry/core': { version: '3.0.1' } };
    assert.notDeepEqual(openTelemetryIn(other), expected);
  });

  test('OpenTelemetry is pinned exactly, and so is what is installed with the package', () => {
    const pinned = { ...manifest.dependencies, ...manifest.overrides };
    for (const [name, version] of Object.entries(manifest.devDependencies ?? {})) {
      if (name.startsWith('@opentelemetry/')) pinned[name] = version;
    }
    assert.ok(Object.keys(pinned).length >= 6);
    for (const [name, version] of Object.entries(pinned)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  test('nothing of the package itself runs when it is installed', () => {
    const { preinstall, install, postinstall } = manifest.scripts ?? {};
    assert.deepEqual([preinstall, install, postinstall], [undefined, undefined, undefined]);
  });
});

/** The packages that a page lists under each heading, as `- \`name\`: reason`. */
const listed = (page: string): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    page
      .split(/^## /m)
      .slice(1)
      .map(section => [
        section.slice(0, section.indexOf('\n')),
        [...section.matchAll(/^- `([^`]+)`: \S.{20,}\.$/gm)].map(([, name = '']) => name),
      ]),
  );

const declared = (kind: string): readonly string[] => Object.keys(manifest[kind] ?? {}).sort();
const documented = {
  Production: declared('dependencies'),
  Peer: declared('peerDependencies'),
  Development: declared('devDependencies'),
};

describe('docs/dependencies.md', () => {
  const page = read('docs/dependencies.md');

  test('gives a reason for every package that package.json names, and for no other', () => {
    assert.deepEqual(listed(page), documented);
  });

  test('a package without a reason, a missing and an invented one are noticed', () => {
    for (const changed of [
      page.replace(/^- `esbuild`: .*$/m, '- `esbuild`:'),
      page.replace(/^- `esbuild`: .*\n/m, ''),
      page.replace(/^- `esbuild`/m, '- `left-pad`'),
    ]) {
      assert.notEqual(changed, page);
      assert.notDeepEqual(listed(changed), documented);
    }
  });
});
