import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../child.ts';
import { compose } from '../programs.ts';

export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/** A service as Compose understands it: long forms only, and every variable filled in. */
export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string };
  readonly pull_policy?: string;
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly command?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly {
    readonly host_ip?: string;
    readonly target: number;
    readonly published: string;
  }[];
  readonly expose?: readonly string[];
  readonly volumes?: readonly Mount[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<
    Record<string, { readonly condition: string; readonly required: boolean; readonly restart?: boolean }>
  >;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly network_mode?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly deploy?: {
    readonly resources?: {
      readonly limits?: { readonly cpus?: number; readonly memory?: string; readonly pids?: number };
    };
  };
  readonly extra_hosts?: readonly string[];
}

export interface Stack {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const shipped: string = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');

export interface Started {
  /** What stands between `docker compose` and `up`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The lines of `.env`. */
  readonly dotenv?: string;
  /** Another text than that of docker-compose.yml, in its folder. */
  readonly text?: string;
}

/** What Compose makes of the file, however it is started, or why it refuses. */
export const composed = ({ flags = [], env = {}, dotenv = '', text = shipped }: Started): Stack | string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
  try {
    const [file, variables] = [path.join(folder, 'docker-compose.yml'), path.join(folder, '.env')];
    writeFileSync(file, text);
    writeFileSync(variables, dotenv);
    const { status, stdout, stderr } = spawnSync(
      compose.path,
      // The folder of the repository, but not a developer's own .env in it.
      ['-f', file, '--project-directory', root, '--env-file', variables, ...flags, 'config', '--format=json'],
      { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder, ...env } },
    );
    return status === 0 ? (JSON.parse(stdout) as Stack) : stderr.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** For tests that need it read: as it is started without and with profile `full`. */
export const read = (mode: 'default' | 'full', text: string = shipped): Stack => {
  const stack = composed({ text, env: mode === 'full' ? { COMPOSE_PROFILES: 'full' } : {} });
  if (typeof stack === 'string') throw new Error(stack);
  return stack;
};

/** A copy of a text with one thing broken; fails where that thing is not in it. */
export const broken = (text: string, part: string, instead: string): string => {
  if (!text.includes(part)) throw new Error(`there is no ${JSON.stringify(part)} to break`);
  return text.replace(part, instead);
};

/** The ports that other containers reach a service on. */
export const portsOf = ({ ports = [], expose = [] }: Service): readonly number[] => [
  ...new Set([...ports.map(({ target }) => target), ...expose.map(Number)]),
];
