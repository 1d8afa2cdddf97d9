import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../child.ts';
import { freePort } from '../../preload/ports.ts';
import { hastened } from './hasten.ts';
import { startServer } from './server.ts';

export interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed' };
}

export interface Alertmanager {
  readonly url: string;
  readonly address: string;
  /** All that it knows of, those that are left out, too. */
  alerts(): Promise<readonly AlertmanagerAlert[]>;
  log(): string;
  stop(): Promise<void>;
}

/**
 * With the configuration and the templates that are shipped.
 *
 * @param slackUrl the webhook that it posts to
 * @param haste its durations are divided by it
 */
export const startAlertmanager = async (
  program: string,
  folder: string,
  slackUrl: string,
  haste: number,
): Promise<Alertmanager> => {
  const address = `127.0.0.1:${await freePort()}`;
  const shipped = path.join(root, 'alertmanager');
  const secret = path.join(folder, 'slack_webhook');
  const config = (await readFile(path.join(shipped, 'alertmanager.yml'), 'utf8'))
    .replaceAll('/run/secrets/slack_webhook', secret)
    .replaceAll('/etc/alertmanager', shipped);
  await mkdir(folder, { recursive: true });
  await writeFile(secret, slackUrl);
  await writeFile(path.join(folder, 'alertmanager.yml'), hastened(config, haste));

  const url = `http://${address}`;
  const server = await startServer({
    program,
    args: [
      '--config.file=alertmanager.yml',
      '--storage.path=data',
      `--web.listen-address=${address}`,
      // No port for others of its kind.
      '--cluster.listen-address=',
    ],
    cwd: folder,
    readyUrl: `${url}/-/ready`,
  });
  return {
    url,
    address,
    alerts: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as readonly AlertmanagerAlert[],
    log: server.log,
    stop: server.stop,
  };
};
