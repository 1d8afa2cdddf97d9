import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiRequests, startGenerator, startSink } from './load.ts';
import type { Report, Table } from './report.ts';
import { type CpuProfile, type FunctionTime, selfTimes } from './self-time.ts';
import { register, startServer } from './server.ts';
import { ours, oursTraced, type Variant } from './variants.ts';

const requests = 200_000;
const shown = 10;

/** Where the time of the applications goes under our preload. */
export const profile = async (): Promise<Report> => {
  const sink = await startSink();
  try {
    const traced = oursTraced(sink.url);
    return {
      title: 'Profile',
      method: [
        `Load: ${requests} requests to each application of the benchmark "requests" under our preload, from its start on, with --cpu-prof.`,
        'Measured: self time of functions; idle time is left out.',
      ],
      tables: [
        ...tablesOf('Express', await record('express.js', ours)),
        ...tablesOf('Express, every request traced', await record('express.js', traced)),
        ...tablesOf('node:http alone', await record('http.js', ours)),
      ],
      goals: [],
    };
  } finally {
    await sink.stop();
  }
};

const tablesOf = (application: string, recorded: CpuProfile): readonly Table[] => {
  const functions = selfTimes(recorded).filter(({ name }) => name !== '(idle)');
  const sum = (members: readonly FunctionTime[]): number =>
    members.reduce((total, { self }) => total + self, 0);
  const total = sum(functions);
  const groups = Map.groupBy(functions, groupOf);
  const row = (name: string, self: number): readonly string[] => [
    name,
    (self / requests).toFixed(2),
    `${((100 * self) / total).toFixed(2)} %`,
  ];
  const parts = [...groups].map(([part, members]) => ({ part, self: sum(members) }));
  return [
    {
      caption: `${application}: where the time goes`,
      head: ['part', 'µs per request', 'share'],
      rows: parts.sort((left, right) => right.self - left.self).map(({ part, self }) => row(part, self)),
    },
    {
      caption: `${application}: our own functions with the most self time`,
      head: ['function', 'µs per request', 'share'],
      rows: (groups.get('ours') ?? [])
        .slice(0, shown)
        .map(({ name, line, self, url }) => row(`${name} (${path.basename(url)}:${line})`, self)),
    },
  ];
};

const record = async (app: string, variant: Variant): Promise<CpuProfile> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-profile-'));
  const generator = startGenerator();
  try {
    const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, ...variant.args];
    const server = await startServer({ ...variant, args, app });
    await generator.send({ port: server.port, requests: apiRequests, connections: 16, count: requests });
    await server.ask('exit');
    await server.exit();
    const [file = ''] = readdirSync(folder);
    return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CpuProfile;
  } finally {
    await generator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const groupOf = ({ name, url }: FunctionTime): string => {
  if (url.includes(path.dirname(register))) return 'ours';
  if (/\/node_modules\/(express|router)\//.test(url)) return 'Express and its router';
  if (url.includes('/node_modules/')) return 'other packages';
  if (url.startsWith('node:')) return 'Node.js';
  if (url === '') return name === '(garbage collector)' ? 'garbage collection' : 'native code';
  return 'the application';
};
