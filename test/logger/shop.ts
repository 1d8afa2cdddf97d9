import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Child, register, root, startChild } from '../child.ts';
import { parsed } from './memory-logging.ts';

export type Line = Readonly<Record<string, unknown>>;

export interface Shop extends Child {
  readonly url: string;
  readonly port: number;
  /** An empty folder, in which it runs. */
  readonly folder: string;
  /** What it has made there. */
  readonly made: () => readonly string[];
  /** The lines of a log file, once there are so many; the file is written a tenth of a second later. */
  readonly lines: (count: number, name?: string) => Promise<readonly Line[]>;
  /** The records of requests among them. */
  readonly requests: (count: number) => Promise<readonly Line[]>;
  /** Sends a request and closes the connection when the shop says that it has arrived. */
  readonly abort: (target: string, arrived: RegExp) => Promise<void>;
}

export interface ShopOptions {
  readonly script?: 'shop.mjs' | 'shop.cjs';
  readonly preload?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** An application as a child process in a folder of its own. */
export const startShop = async ({ script = 'shop.mjs', preload = true, env }: ShopOptions): Promise<Shop> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-logger-'));
  const child = startChild({
    args: [...(preload ? ['--import', register] : []), path.join(root, 'test/fixtures/logger', script)],
    cwd: folder,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const read = (name: string): readonly Line[] => {
    const file = path.join(folder, env?.LOG_DIR ?? 'logs', name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(parsed) : [];
  };
  const waitFor = async (look: () => readonly Line[], count: number): Promise<readonly Line[]> => {
    const giveUpAt = performance.now() + 20_000;
    for (;;) {
      const found = look();
      if (found.length >= count) return found;
      if (performance.now() > giveUpAt) {
        const seen = JSON.stringify(read('combined.log'), undefined, 1);
        throw new Error(`${found.length} of ${count} lines\n${seen}\n${child.stdout()}\n${child.stderr()}`);
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    return {
      ...child,
      ...{ folder, stop, port: Number(port), url: `http://127.0.0.1:${port}` },
      made: () => readdirSync(folder),
      lines: (count, name = 'combined.log') => waitFor(() => read(name), count),
      requests: count =>
        waitFor(() => read('combined.log').filter(line => line.message === 'Request completed'), count),
      abort: async (target, arrived) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => {});
        socket.write(`GET ${target} HTTP/1.1\r\nHost: shop\r\nUser-Agent: impatient\r\n\r\n`);
        await child.output(arrived);
        socket.destroy();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
