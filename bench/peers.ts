/** Tracers of others that have a folder, and so packages, of their own; and whether they can be measured here. */
import path from 'node:path';
import { install } from './install.ts';
import { bench, startServer } from './server.ts';
import type { Variant } from './variants.ts';

export interface Peer extends Variant {
  readonly folder: string;
}

const folderOf = (name: string): string => path.join(bench, 'peers', name);

/** Datadog's, with what is not traces switched off. */
const ddTrace = (sinkUrl: string): Peer => {
  const folder = folderOf('dd-trace');
  return {
    name: 'dd-trace 5.132, traces to its agent',
    folder,
    args: ['--require', path.join(folder, 'node_modules/dd-trace/init.js')],
    env: {
      DD_TRACE_AGENT_URL: sinkUrl,
      DD_TRACE_STARTUP_LOGS: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_RUNTIME_METRICS_ENABLED: 'false',
      DD_PROFILING_ENABLED: 'false',
      DD_CRASHTRACKING_ENABLED: 'false',
    },
    sendsAs: 'dd-trace',
  };
};

/** Elastic's distribution as it starts by default: traces and metrics by OTLP. */
const edot = (sinkUrl: string): Peer => {
  const folder = folderOf('edot');
  return {
    name: 'EDOT 1.18, traces and metrics by OTLP',
    folder,
    args: ['--import', path.join(folder, 'node_modules/@elastic/opentelemetry-node/import.mjs')],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${sinkUrl}/edot` },
    sendsAs: 'edot',
  };
};

export interface Peers {
  /** Those that can be measured. */
  readonly usable: readonly Peer[];
  /** A row for each of the others, with the reason. */
  readonly rows: readonly (readonly string[])[];
}

/** Installs the peers and starts each once. */
export const findPeers = async (sinkUrl: string): Promise<Peers> => {
  const usable: Peer[] = [];
  const rows: string[][] = [];
  for (const peer of [ddTrace(sinkUrl), edot(sinkUrl)]) {
    const reason = await whyNot(peer);
    if (reason === undefined) usable.push(peer);
    else rows.push([peer.name, reason]);
  }
  return { usable, rows };
};

const whyNot = async (peer: Peer): Promise<string | undefined> => {
  try {
    install(peer.folder);
  } catch (error) {
    return `not installable here: ${causeOf(error)}`;
  }
  try {
    await (await startServer({ ...peer, app: 'express.js' })).stop();
    return undefined;
  } catch (error) {
    return `does not start here: ${causeOf(error)}`;
  }
};

/** The line of a message that names the cause, for a cell of a table. */
export const causeOf = (error: unknown): string => {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').filter(Boolean);
  const cause = lines.find(line => /^npm error (?!code)|Error\b.*: /.test(line)) ?? lines[0] ?? 'unknown';
  return cause.replaceAll('|', '/');
};
