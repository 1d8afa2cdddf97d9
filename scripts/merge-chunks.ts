import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

type Output = Metafile['outputs'][string];
type Outputs = ReadonlyMap<string, Output>;

/** Files that are read where the preload need not be: the API, what it reads then, and the thread that sends at exit. */
const readAlone = ['index.js', 'logger.js', 'errors.js', 'logs.js', 'log-sender.js', 'exit-thread.js'];

/** Chunks that become one file. */
interface Group {
  readonly file: string;
  readonly members: readonly string[];
}

/**
 * Merges what is always read together at the start of an application. The bundler makes a chunk of what each combination
 * of entries shares, so that every further framework or library would cut the start into more files, and to read a file
 * costs more than what is in it. Each module stays in one file, from which the others import what they need of it.
 *
 * @param metafile of what the bundler has written into the folder
 * @returns that of what is there then
 */
export const mergeChunks = async (folder: string, metafile: Metafile): Promise<Metafile> => {
  const outputs: Outputs = new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [path.basename(file), output]),
  );
  const groups = groupsOf(outputs);
  const gone = new Set(groups.flatMap(({ members }) => members));
  const { outputs: written } = await build({
    absWorkingDir: folder,
    entryPoints: [
      ...[...outputs.keys()].filter(name => !gone.has(name)).map(name => `./${name}`),
      ...groups.map(({ file }) => ({ in: `merged:${file}`, out: file.replace(/\.js$/, '') })),
    ],
    ...{ outdir: folder, allowOverwrite: true, metafile: true, legalComments: 'none', logLevel: 'warning' },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20.19' },
    plugins: [merging(folder, outputs, groups)],
  }).then(result => result.metafile);
  for (const name of gone) if (!groups.some(({ file }) => file === name)) rmSync(path.join(folder, name));
  return {
    inputs: metafile.inputs,
    outputs: Object.fromEntries(
      Object.entries(written).map(([name, output]) => [name, described(output, outputs)]),
    ),
  };
};

const groupsOf = (outputs: Outputs): readonly Group[] => {
  const atStart = closureOf('start.js', outputs);
  const byThread = closureOf('exit-thread.js', outputs);
  const byApi = closureOf('index.js', outputs);
  const alone = new Set(readAlone.flatMap(entry => [...closureOf(entry, outputs)]));
  const members = (isMember: (name: string) => boolean): readonly string[] => [...atStart].filter(isMember);
  return [
    { file: 'start.js', members: members(name => !alone.has(name)) },
    { file: 'shared-api.js', members: members(name => byApi.has(name)) },
    { file: 'shared-exit.js', members: members(name => byThread.has(name) && !byApi.has(name)) },
    {
      file: 'shared-start.js',
      members: members(name => alone.has(name) && !byThread.has(name) && !byApi.has(name)),
    },
  ].filter(group => group.members.length > 0);
};

/** A file and what it imports by statements. */
const closureOf = (name: string, outputs: Outputs, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path: imported, kind, external } of outputs.get(name)?.imports ?? [])
    if (kind === 'import-statement' && !external) closureOf(path.basename(imported), outputs, seen);
  return seen;
};

/** Files are members of their group where they are merged; for all others there is what they export in its file. */
const merging = (folder: string, outputs: Outputs, groups: readonly Group[]): Plugin => {
  const groupOf = (name: string): Group | undefined => groups.find(({ members }) => members.includes(name));
  const exported = (name: string, index: number): readonly (readonly [string, string])[] =>
    (outputs.get(name)?.exports ?? []).map(own => [own, name === 'start.js' ? own : `${own}_${index}`]);
  const named = ({ members }: Group, name: string) => exported(name, members.indexOf(name));

  return {
    name: 'merging',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^merged:/ }, ({ path: given }) => ({
        path: given.slice('merged:'.length),
        namespace: 'merged',
      }));
      onResolve({ filter: /^moved:/ }, ({ path: given }) => ({
        path: given.slice('moved:'.length),
        external: true,
      }));
      onResolve({ filter: /./ }, ({ path: given, kind, importer, namespace }) => {
        if (kind === 'entry-point') return undefined;
        const name = path.basename(given);
        const group = given.startsWith('./') ? groupOf(name) : undefined;
        if (group === undefined || kind !== 'import-statement') return { path: given, external: true };
        const isInside =
          namespace === 'merged' || (namespace === 'member' && groupOf(path.basename(importer)) === group);
        return { path: name, namespace: isInside ? 'member' : 'moved' };
      });
      onLoad({ filter: /./, namespace: 'merged' }, ({ path: file }) => ({
        resolveDir: folder,
        contents: groups
          .filter(group => group.file === file)
          .flatMap(group => group.members.map(name => [name, named(group, name)] as const))
          .map(
            ([name, names]) => `${exportList(names.map(([own, as]) => `${own} as ${as}`))} from './${name}';`,
          )
          .join('\n'),
      }));
      onLoad({ filter: /./, namespace: 'member' }, ({ path: name }) => ({
        resolveDir: folder,
        contents: readFileSync(path.join(folder, name), 'utf8'),
      }));
      onLoad({ filter: /./, namespace: 'moved' }, ({ path: name }) => {
        const group = groupOf(name);
        if (group === undefined) throw new Error(`${name} was not moved`);
        const names = named(group, name).map(([own, as]) => `${as} as ${own}`);
        return { resolveDir: folder, contents: `${exportList(names)} from 'moved:./${group.file}';` };
      });
    },
  };
};

const exportList = (names: readonly string[]): string => `export { ${names.join(', ')} }`;

/** In the words of the first bundling: the sources in a file, and imports of files that are there as such. */
const described = (written: Output, outputs: Outputs): Output => ({
  ...written,
  inputs: Object.assign(
    {},
    ...Object.keys(written.inputs)
      .filter(input => !input.startsWith('moved:'))
      .map(input => outputs.get(path.basename(input.replace(/^\w+:/, '')))?.inputs),
  ),
  imports: written.imports.map(imported => ({
    ...imported,
    external: imported.external === true && !imported.path.startsWith('./'),
  })),
});
