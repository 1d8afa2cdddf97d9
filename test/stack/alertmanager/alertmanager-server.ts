import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../child.ts';
import { startListening } from '../../listening-program.ts';

/** An alert as Prometheus posts it. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface AlertStatus {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

export interface Alertmanager {
  readonly url: string;
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** All that it knows, silenced and inhibited ones, too. */
  alerts(): Promise<readonly AlertStatus[]>;
  /** The sum of a metric of its own over the series whose labels have all of this text. */
  metric(name: string, labels?: string): Promise<number>;
  log(): string;
  stop(): Promise<void>;
}

export const shippedConfiguration: string = path.join(root, 'alertmanager/alertmanager.yml');

/** Replaces what has to be there. */
export const replaced = (text: string, pattern: RegExp | string, replacement: string): string => {
  const changed = text.replaceAll(pattern, () => replacement);
  if (changed === text) throw new Error(`no ${pattern} in\n${text}`);
  return changed;
};

/** The shipped configuration with the paths of this machine; all else as it is. */
export const configurationHere = async (secrets: string): Promise<string> => {
  const shipped = await readFile(shippedConfiguration, 'utf8');
  const here = replaced(shipped, '/etc/alertmanager/templates', path.join(root, 'alertmanager/templates'));
  return replaced(here, '/run/secrets', secrets);
};

/** Its waiting times as short as a test can wait. */
export const hurried = (configuration: string): string =>
  [
    [/group_wait: \w+/g, 'group_wait: 300ms'],
    [/group_interval: \w+/g, 'group_interval: 1s'],
    [/repeat_interval: \w+/g, 'repeat_interval: 1h'],
  ].reduce((text, [pattern = '', value = '']) => replaced(text, pattern, value as string), configuration);

/**
 * A real Alertmanager with the shipped configuration and templates.
 *
 * @param options.webhook what is in the file of the secret; without it there is no such file
 * @param options.change what else of the configuration is not as shipped
 */
export const startAlertmanager = async (
  program: string,
  options: { readonly webhook?: string; readonly change?: (configuration: string) => string } = {},
): Promise<Alertmanager> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'alertmanager-'));
  const { webhook, change = text => text } = options;
  if (webhook !== undefined) await writeFile(path.join(folder, 'slack_webhook'), `${webhook}\n`);
  await writeFile(path.join(folder, 'alertmanager.yml'), change(hurried(await configurationHere(folder))));
  const { url, log, stop } = await startListening(
    program,
    [
      `--config.file=${path.join(folder, 'alertmanager.yml')}`,
      `--storage.path=${path.join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.external-url=http://alertmanager.example:9093',
      '--web.route-prefix=/',
      '--cluster.listen-address=',
    ],
    folder,
  );
  return {
    url,
    post: async alerts => {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
      });
      if (!response.ok)
        throw new Error(`Alertmanager refused the alerts: ${response.status} ${await response.text()}`);
    },
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<readonly AlertStatus[]>,
    metric: async (name, labels = '') => {
      const page = await (await fetch(`${url}/metrics`)).text();
      return page
        .split('\n')
        .filter(line => new RegExp(`^${name}[{ ]`).test(line) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    log,
    stop,
  };
};

/** Waits until a look gives something; rejects with what was seen last. */
export const eventually = async <Seen>(
  look: () => Promise<Seen>,
  isIt: (seen: Seen) => boolean,
  timeoutMs = 15_000,
): Promise<Seen> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    if (performance.now() > deadline)
      throw new Error(`not within ${timeoutMs} ms; last: ${JSON.stringify(seen, null, 1)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};
