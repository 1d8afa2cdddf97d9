import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Child, fixtureNode, register, root, startChild } from '../child.ts';
import { type SelfSigned, selfSigned } from '../self-signed.ts';
import type { Ledger } from './ledger.ts';

/** What an application of a ledger is started with. */
export interface Start {
  readonly kind: 'routing' | 'failing';
  /** Options of node before the application; `[]`: without the preload. */
  readonly preload?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
}

export interface Application extends Child {
  readonly port: number;
}

/** Starts an application of a framework among the packages of its version, and waits until it listens. */
export const startApplication = async (ledger: Ledger, start: Start): Promise<Application> => {
  const { kind, preload = ['--import', register], env = {}, node = fixtureNode } = start;
  const [script = '', ...rest] = ledger[kind].split(' ');
  const child = startChild({
    args: [...preload, path.join(root, 'test/fixtures', kind, script), ...rest],
    cwd: path.join(root, ledger.from),
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...certificateFor(ledger), ...ledger.env, ...env },
    node,
  });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    return { ...child, port: Number(port) };
  } catch (error) {
    await child.stop();
    throw error;
  }
};

/**
 * The page of an application under the whole preload, once it is done with what it was asked: a client may have the last
 * of an answer before its server has counted it.
 */
export const scrape = async (child: Child): Promise<string> => {
  const [, address = ''] = await child.output(/metrics at (http:\S+?);/);
  for (let times = 1; ; times++) {
    const page = await (await fetch(address)).text();
    const isBusy = /^http_requests_in_flight\{.*\} [1-9]/m.test(page);
    if (!isBusy || times === 100) return page;
    await setTimeout(20);
  }
};

let made: SelfSigned | undefined;

/** One certificate for all applications of a test file. */
const certificateFor = ({ client }: Ledger): Readonly<Record<string, string>> => {
  if (client === undefined || client === 'http') return {};
  if (made === undefined) {
    made = selfSigned();
    process.once('exit', made.remove);
  }
  return { TLS_KEY: made.key, TLS_CERT: made.cert };
};
