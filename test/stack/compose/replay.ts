import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../child.ts';
import { context, copied, type Stage } from './dockerfile.ts';

/** What an image would be run with, and the folder on this machine that stands for its working directory. */
export interface Image {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

interface State extends Image {
  readonly root: string;
}

/**
 * Does what the Dockerfile says without Docker: each stage is a folder, the image that it begins with is this machine
 * with the project's own Node.js, and all runs as who the test is.
 */
export const replay = (stages: readonly Stage[], folder: string): Image => {
  const done: Record<string, State> = {};
  let last: State | undefined;
  for (const [index, stage] of stages.entries()) {
    const begin: State = { root: path.join(folder, String(index)), folder: '', env: {}, command: [] };
    last = stage.steps.reduce((state, step) => apply(state, step.word, step.rest, done), begin);
    done[stage.name] = last;
  }
  if (!last) throw new Error('a Dockerfile without a stage');
  return last;
};

const apply = (state: State, word: string, rest: string, done: Readonly<Record<string, State>>): State => {
  switch (word) {
    case 'WORKDIR': {
      const folder = path.join(state.root, rest);
      mkdirSync(folder, { recursive: true });
      return { ...state, folder };
    }
    case 'COPY':
      copy(state, rest, done);
      return state;
    case 'RUN':
      run(state.folder, rest);
      return state;
    case 'ENV': {
      const pairs = rest.split(' ').map(pair => pair.split('=') as [string, string]);
      return { ...state, env: { ...state.env, ...Object.fromEntries(pairs) } };
    }
    case 'CMD':
      return { ...state, command: JSON.parse(rest) as readonly string[] };
    default:
      return state;
  }
};

const copy = (state: State, rest: string, done: Readonly<Record<string, State>>): void => {
  const { from, sources, target } = copied(rest);
  for (const source of sources) {
    const base = from === undefined ? root : (done[from]?.root ?? '');
    if (from === undefined && !context.includes(source.split('/')[0] ?? ''))
      throw new Error(`COPY ${source}: .dockerignore leaves it out`);
    const found = path.join(base, source);
    if (!existsSync(found)) throw new Error(`COPY ${source}: it is not there`);
    const isInto = target.endsWith('/');
    cpSync(found, path.join(state.folder, target, isInto ? path.basename(source) : ''), { recursive: true });
  }
};

const run = (folder: string, command: string): void => {
  try {
    execFileSync('sh', ['-c', command], { cwd: folder, env: environment(), stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`RUN ${command}\n${stdout}\n${stderr}`, { cause: error });
  }
};

/** Node.js of the project under the name that it has in the image; npm looks into its cache before it asks anybody. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: process.env.HOME,
  npm_config_prefer_offline: 'true',
  // What the machine trusts: npm reads its own settings beside the Node.js that runs it, which is another one here.
  NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
});
