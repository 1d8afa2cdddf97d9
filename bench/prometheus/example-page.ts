import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = path.join(import.meta.dirname, '../..');

/** One series of a page, in the page's order. */
export interface Family {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly isCounter: boolean;
}

/** The page of the example after half a minute of its own traffic. */
export const pageOfExample = async (): Promise<string> => {
  const application = spawn(process.execPath, ['--import', './register.js', 'app'], {
    cwd: root,
    env: { ...process.env, PORT: '0', OTEL_EXPORTER_PROMETHEUS_PORT: '0', LOG_DIR: 'none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let written = '';
    const said = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const [, found] = pattern.exec(written) ?? [];
        if (found !== undefined) return found;
        if (application.exitCode !== null) throw new Error(`the example ended:\n${written}`);
        await pause(50);
      }
    };
    for (const stream of [application.stdout, application.stderr])
      stream.on('data', data => {
        written += data;
      });
    const metricsUrl = await said(/metrics at (http:\S+?);/);
    const url = await said(/YkMake listens on (http:\S+)/);
    const traffic = spawn(process.execPath, ['examples/ykmake/traffic.js', url, '--rate', '50'], {
      cwd: root,
      stdio: 'ignore',
    });
    await pause(30_000);
    const page = await (await fetch(metricsUrl)).text();
    traffic.kill('SIGKILL');
    await once(traffic, 'exit');
    return page;
  } finally {
    application.kill('SIGKILL');
  }
};

export const seriesOf = (page: string): readonly Family[] =>
  page.split('\n').flatMap(line => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
      key,
      text,
    ]);
    const isCounter = /_(total|bucket|count|sum)$/.test(name) && !name.startsWith('nodejs_active_');
    return [
      {
        name,
        labels: Object.fromEntries(pairs),
        value: Number(value.replace('+Inf', 'Infinity')),
        isCounter,
      },
    ];
  });

/**
 * The values of a process, each time later: counters grow, a part of them at its own pace and the others not at all, sums
 * by fractions; gauges go up and down.
 */
export const growing = (series: readonly Family[]): (() => readonly number[]) => {
  const values = series.map(({ value }) => value);
  const paces = series.map(() => (Math.random() < 0.4 ? 0 : Math.random() * 5));
  return () => {
    for (const [index, { name, value, isCounter }] of series.entries()) {
      const pace = paces[index] ?? 0;
      const now = values[index] ?? 0;
      if (!isCounter) values[index] = value * (0.9 + 0.2 * Math.random());
      else if (name.endsWith('_sum')) values[index] = now + pace * Math.random() * 0.01;
      else values[index] = now + Math.floor(pace * 2 * Math.random());
    }
    return values;
  };
};

export const textOf = (series: readonly Family[], values: readonly number[]): string =>
  series
    .map(({ name, labels }, index) => {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${values[index]}\n`;
    })
    .join('');
