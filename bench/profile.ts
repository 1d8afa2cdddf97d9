import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiRequests, startGenerator } from './load.ts';
import type { Report } from './report.ts';
import { type CpuProfile, type FunctionTime, selfTimes } from './self-time.ts';
import { register, startServer } from './server.ts';
import { ours } from './variants.ts';

const requests = 200_000;
const shown = 15;

/** Where the time of the Express application under our preload goes. */
export const profile = async (): Promise<Report> => {
  const functions = selfTimes(await record()).filter(({ name }) => name !== '(idle)');
  const total = functions.reduce((sum, { self }) => sum + self, 0);
  const groups = Map.groupBy(functions, groupOf);
  const share = (self: number): string => `${((100 * self) / total).toFixed(2)} %`;
  const perRequest = (self: number): string => (self / requests).toFixed(2);
  return {
    title: 'Profile',
    method: [
      `Load: ${requests} requests to the Express application of the benchmark "requests" under our preload, from its start on, with --cpu-prof.`,
      'Measured: self time of functions; idle time is left out.',
    ],
    tables: [
      {
        caption: 'Where the time goes',
        head: ['part', 'µs per request', 'share'],
        rows: [...groups]
          .map(([group, members]) => ({ group, self: members.reduce((sum, { self }) => sum + self, 0) }))
          .sort((left, right) => right.self - left.self)
          .map(({ group, self }) => [group, perRequest(self), share(self)]),
      },
      {
        caption: 'Our own functions with the most self time',
        head: ['function', 'µs per request', 'share'],
        rows: (groups.get('ours') ?? [])
          .slice(0, shown)
          .map(({ name, line, self, url }) => [
            `${name} (${path.basename(url)}:${line})`,
            perRequest(self),
            share(self),
          ]),
      },
    ],
    goals: [],
  };
};

const record = async (): Promise<CpuProfile> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-profile-'));
  const generator = startGenerator();
  try {
    const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, ...ours.args];
    const server = await startServer({ ...ours, args, app: 'express.js' });
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
