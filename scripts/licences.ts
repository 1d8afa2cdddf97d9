import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** The folders of the packages that a bundle contains, relative to the repository. */
export const bundledPackages = ({ inputs }: Pick<Metafile, 'inputs'>): readonly string[] => {
  const folders = Object.keys(inputs).flatMap(
    input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
};

/** Name, version and licence of each of these packages; a text that several share stands there once. */
export const licences = (root: string, folders: readonly string[]): string => {
  const packagesByText = new Map<string, string[]>();
  for (const folder of folders) {
    const directory = path.join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
    // Some have a folder of those that they have taken code from.
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
      file =>
        /^(licen[cs]e|notice)/i.test(file) &&
        !file.includes('node_modules') &&
        statSync(path.join(directory, file)).isFile(),
    );
    if (!files.some(file => /^licen[cs]e/i.test(file))) {
      throw new Error(`${name} has no licence file, but is bundled`);
    }
    const text = files.map(file => readFileSync(path.join(directory, file), 'utf8').trim()).join('\n\n');
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...packagesByText]
    .map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
};
