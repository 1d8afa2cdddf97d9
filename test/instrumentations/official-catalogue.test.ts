import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  type OfficialName,
  officialInstrumentations,
} from '../../src/instrumentations/official/catalogue.ts';
import type { OfficialFile } from '../../src/instrumentations/official/start-official.ts';
import { notOffered, offByDefault, official, onByDefault } from '../../src/settings/instrumentation-names.ts';
import { root } from '../child.ts';

interface Definition {
  readonly name: string;
  readonly supportedVersions: readonly string[];
  readonly patch?: unknown;
  readonly files: readonly { readonly name: string }[];
}

interface Real {
  readonly getModuleDefinitions: () => readonly Definition[];
  readonly [name: string]: unknown;
}

const names = Object.keys(officialInstrumentations) as readonly OfficialName[];
const from = createRequire(import.meta.url);

const realOf = (name: string): Real => {
  const file = path.join(root, `src/instrumentations/official/libraries/${name}.ts`);
  const { Instrumentation } = from(file) as OfficialFile;
  return new Instrumentation({ enabled: false } as never) as unknown as Real;
};
const versionOf = (name: string): string =>
  JSON.parse(
    readFileSync(path.join(root, `node_modules/@opentelemetry/instrumentation-${name}/package.json`), 'utf8'),
  ).version;

const page = readFileSync(path.join(root, 'docs/instrumentations.md'), 'utf8');
const row = (name: string): string => page.split('\n').find(line => line.startsWith(`| \`${name}\` |`)) ?? '';

describe('the catalogue of official instrumentations', () => {
  test('has the names that settings know, and no other', () => {
    assert.deepEqual([...names].sort(), [...official, ...offByDefault].sort());
    const known = new Set<string>([...onByDefault, ...offByDefault, ...notOffered]);
    assert.equal(
      known.size,
      onByDefault.length + offByDefault.length + notOffered.length,
      'each is in one list',
    );
  });

  for (const name of names) {
    test(`waits for the files that ${name} patches`, () => {
      const asked = realOf(name)
        .getModuleDefinitions()
        .flatMap(definition => [
          ...(definition.patch === undefined ? [] : [definition.name]),
          ...definition.files.map(file => file.name),
        ]);
      assert.deepEqual([...officialInstrumentations[name].files].sort(), [...new Set(asked)].sort());
    });

    test(`finds in ${name} what is private there`, () => {
      const real = realOf(name);
      for (const method of ['_onRequire', '_wrap', '_unwrap', 'setTracerProvider', 'setMeterProvider']) {
        assert.equal(typeof real[method], 'function', method);
      }
      assert.ok(Object.hasOwn(real, '_wrap') && Object.hasOwn(real, '_unwrap'), 'of the instance');
    });

    test(`docs/instrumentations.md has a row for ${name} with its version and those of its library`, () => {
      const definitions = realOf(name).getModuleDefinitions();
      assert.ok(row(name).includes(`| ${versionOf(name)} |`), row(name));
      for (const { supportedVersions } of definitions) {
        if (supportedVersions.includes('*')) continue;
        for (const version of supportedVersions) assert.ok(row(name).includes(`\`${version}\``), version);
      }
      for (const { name: module } of definitions) assert.ok(row(name).includes(`\`${module}\``), module);
      assert.equal(row(name).includes('| off |'), (offByDefault as readonly string[]).includes(name));
    });
  }

  test('docs/instrumentations.md says what becomes of each name that is not offered', () => {
    const missing = notOffered.filter(name => !page.includes(`\`${name}\``));
    assert.deepEqual(missing, []);
  });
});
