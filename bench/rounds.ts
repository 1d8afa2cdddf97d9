/** How CPU per request is measured: fresh servers in each round, which are given the load in turn. */
import { keepOnCpu, serverCpu } from './cpu-affinity.ts';
import type { Request } from './load/traffic.ts';
import type { Generator, Sink } from './load.ts';
import { type Server, startServer } from './server.ts';
import { ratiosOf, rotated, type Spread } from './statistics.ts';
import type { Variant } from './variants.ts';

export interface Load {
  /** A file of bench/apps, and what it needs to know. */
  readonly app: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly requests: readonly Request[];
  readonly connections: number;
  /** Requests that each server answers before it is measured. */
  readonly warmUp: number;
  readonly measured: number;
  /** In how many parts the measured requests are sent. */
  readonly passes: number;
}

export interface Results {
  readonly variants: readonly Variant[];
  /** Microseconds of user and system CPU per request, one value for each round. */
  readonly cpu: ReadonlyMap<Variant, readonly number[]>;
  /** How many spans the sink received for each request; nothing for a variant that sends none. */
  readonly spans: ReadonlyMap<Variant, number>;
}

export interface Measurement {
  readonly variants: readonly Variant[];
  readonly load: Load;
  readonly rounds: number;
  readonly generator: Generator;
  readonly sink: Sink;
}

/** The CPU of the server per request, of every variant under the same load. */
export const cpuPerRequest = async (measurement: Measurement): Promise<Results> => {
  const { variants, load, rounds, generator, sink } = measurement;
  const cpu = new Map<Variant, number[]>(variants.map(variant => [variant, []]));
  const before = await sink.spans();
  for (let round = 0; round < rounds; round++) {
    for (const [variant, spent] of await runRound(rotated(variants, round), load, generator)) {
      cpu.get(variant)?.push(spent / load.measured);
    }
  }
  const after = await sink.spans();
  const sent = rounds * (load.warmUp + load.measured);
  const spans = new Map<Variant, number>();
  for (const variant of variants) {
    const { sendsAs } = variant;
    if (sendsAs === undefined) continue;
    spans.set(variant, ((after[sendsAs] ?? 0) - (before[sendsAs] ?? 0)) / sent);
  }
  return { variants, cpu, spans };
};

/** One fresh server per variant; the load goes to them in turn, so that a busy second of the machine hits all. */
const runRound = async (
  variants: readonly Variant[],
  { app, env, requests, connections, warmUp, measured, passes }: Load,
  generator: Generator,
): Promise<ReadonlyMap<Variant, number>> => {
  const servers = new Map<Variant, Server>();
  const spent = new Map<Variant, number>();
  const send = (server: Server, count: number): Promise<void> =>
    generator.send({ port: server.port, requests, connections, count });
  try {
    for (const variant of variants) {
      const server = await startServer({ args: variant.args, env: { ...env, ...variant.env }, app });
      keepOnCpu(server.process.pid, serverCpu);
      servers.set(variant, server);
      await send(server, warmUp);
    }
    for (let pass = 0; pass < passes; pass++) {
      for (const [variant, server] of servers) {
        const before = await server.cpu();
        await send(server, measured / passes);
        spent.set(variant, (spent.get(variant) ?? 0) + (await server.cpu()) - before);
      }
    }
    return spent;
  } finally {
    await Promise.all([...servers.values()].map(server => server.stop()));
  }
};

/** How many times as much CPU a variant spent as another one, round by round. */
export const timesOf = ({ cpu }: Results, variant: Variant, base: Variant): Spread =>
  ratiosOf(cpu.get(variant) ?? [], cpu.get(base) ?? []);
