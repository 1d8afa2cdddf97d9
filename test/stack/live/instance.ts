import { once } from 'node:events';
import path from 'node:path';
import { type Program, startProgram } from '../../examples/ykmake.ts';
import { freePort } from '../../preload/ports.ts';
import {
  askStopwatch,
  type Ledger,
  type LedgerEntry,
  ledgerOf,
  stopwatch,
} from '../../real-prometheus/example-load.ts';

/** What trouble.mjs is told. */
type Trouble =
  | { readonly stall: number }
  | { readonly garbage: number }
  | { readonly call: string }
  | { readonly nonsense: true };

/** An instance of the example under the preload, on ports that it keeps when it is started again. */
export interface Instance {
  /** Where it answers. */
  readonly url: string;
  /** Host and port of its metrics: its label `instance`. */
  readonly address: string;
  /** Gives it a trouble of trouble.mjs. */
  trouble(message: Trouble): void;
  /** Seconds that its requests took since this was asked last, measured without the package. */
  durations(): Promise<readonly number[]>;
  /** At once, without a word: it loses what it has counted. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const trouble = path.join(import.meta.dirname, 'trouble.mjs');

/** @param env of the preload and the application, beside the ports */
export const startInstance = async (env: Readonly<Record<string, string>>): Promise<Instance> => {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const run = async (): Promise<Program> => {
    const started = startProgram(
      ['--import', './register.js', '--import', stopwatch, '--import', trouble, 'app.js'],
      {
        MONITORING_LOG_CONSOLE: 'none',
        ...env,
        PORT: String(port),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      },
    );
    await started.said(/listens on http:/).catch(async error => {
      await started.stop();
      throw error;
    });
    return started;
  };

  let program = await run();
  return {
    url,
    address: `127.0.0.1:${metricsPort}`,
    // One that is gone has no troubles.
    trouble: message => void program.child.send(message, () => {}),
    durations: () => askStopwatch(program, url),
    kill: async () => {
      program.child.kill('SIGKILL');
      await program.ended;
    },
    start: async () => {
      program = await run();
    },
    stop: () => program.stop(),
  };
};

export interface Traffic {
  /** Lets the requests under way end, and answers what was sent and answered. */
  stop(): Promise<Ledger>;
}

/** Visitors of an instance, in a process of their own; the calm ones do not ask for what fails or takes long. */
export const startTraffic = (url: string, rate: number, isCalm = false): Traffic => {
  const program = startProgram(
    ['examples/ykmake/traffic.js', url, '--rate', String(rate), ...(isCalm ? ['--calm'] : [])],
    {},
  );
  return {
    stop: async () => {
      const answer = once(program.child, 'message');
      program.child.send('stop', () => {});
      const end = program.ended.then(how => Promise.reject(new Error(`the visitors ended: ${how}`)));
      const [{ ledger }] = (await Promise.race([answer, end])) as [{ ledger: readonly LedgerEntry[] }];
      await program.stop();
      return ledgerOf(ledger);
    },
  };
};
