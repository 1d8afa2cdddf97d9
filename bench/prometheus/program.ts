import { globSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startListening } from '../../test/listening-program.ts';

const rules = path.join(import.meta.dirname, '../../prometheus/rules/*.yml');

export interface Prometheus {
  readonly url: string;
  queryRange(query: string, start: number, end: number, step: number): Promise<void>;
  /** Resident bytes after a garbage collection. */
  memory(): Promise<number>;
  /** Resident bytes as they are. */
  resident(): Promise<number>;
  /** Seconds since its start. */
  cpu(): Promise<number>;
  /** That it has stored. */
  samples(): Promise<number>;
  /** What it holds, written as a block: all bytes, and those of the index. */
  snapshot(): Promise<{ readonly bytes: number; readonly index: number }>;
  /** The last turn of all groups of rules, added up. */
  ruleSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** A Prometheus of its own on any free port. With jobs it has no rules. */
export const startPrometheus = async (program: string, jobs: readonly object[]): Promise<Prometheus> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'prometheus-capacity-'));
  const configuration = {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: jobs.length === 0 ? [rules] : [],
    scrape_configs: jobs,
  };
  writeFileSync(path.join(folder, 'config.yml'), JSON.stringify(configuration));
  const { url, stop } = await startListening(
    program,
    [
      ...['--config.file=config.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'],
      ...[
        '--web.enable-remote-write-receiver',
        '--web.enable-admin-api',
        '--storage.tsdb.retention.time=35d',
      ],
    ],
    folder,
  );

  const own = async (name: string): Promise<number> => {
    const page = await (await fetch(`${url}/metrics`)).text();
    return page
      .split('\n')
      .filter(line => new RegExp(`^${name}[{ ]`).test(line))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };
  return {
    url,
    queryRange: async (query, start, end, step) => {
      const parameters = new URLSearchParams({ query, start: `${start}`, end: `${end}`, step: `${step}` });
      const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body: parameters });
      const { status, error } = (await response.json()) as { status: string; error?: string };
      if (status !== 'success') throw new Error(`${query}: ${error}`);
    },
    memory: async () => {
      // Reading the heap's profile after a collection is Go's own way to ask for one.
      await (await fetch(`${url}/debug/pprof/heap?gc=1`)).arrayBuffer();
      return own('process_resident_memory_bytes');
    },
    resident: () => own('process_resident_memory_bytes'),
    cpu: () => own('process_cpu_seconds_total'),
    samples: () => own('prometheus_tsdb_head_samples_appended_total'),
    snapshot: async () => {
      const response = await fetch(`${url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' });
      if (!response.ok) throw new Error(`no snapshot: ${await response.text()}`);
      const files = globSync('data/snapshots/**/{index,chunks/*}', { cwd: folder });
      const size = (file: string): number => {
        const { size: bytes } = statSync(path.join(folder, file));
        return bytes;
      };
      const index = files.filter(file => file.endsWith('index')).reduce((sum, file) => sum + size(file), 0);
      return { index, bytes: files.reduce((sum, file) => sum + size(file), 0) };
    },
    ruleSeconds: () => own('prometheus_rule_group_last_duration_seconds'),
    stop,
  };
};
