import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const prometheusFolder: string = path.join(import.meta.dirname, '../../../prometheus');

export interface ScrapeJob {
  readonly job_name: string;
  readonly authorization?: { readonly credentials_file: string };
  readonly [key: string]: unknown;
}

export interface Configuration {
  readonly global: Readonly<Record<string, unknown>>;
  readonly rule_files: readonly string[];
  readonly alerting: Readonly<Record<string, unknown>>;
  readonly scrape_configs: readonly ScrapeJob[];
  readonly [key: string]: unknown;
}

/** A shipped configuration as it is: `prometheus.yml`, `prometheus-3.yml`, `remote-write.yml`. */
export const readConfiguration = (file: string): Configuration =>
  parse(readFileSync(path.join(prometheusFolder, file), 'utf8')) as Configuration;

export interface Places {
  /** `host:port` of what each job scrapes. A job that is not named scrapes nothing. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  readonly alertmanagers?: readonly string[];
  /** In the place of 15 s, for scrapes and rules. */
  readonly interval?: string;
  /** URL of the store that is written to, in the place of Mimir's. */
  readonly store?: string;
}

/** Beside the configuration, as `startShipped` writes it. */
export const tokenFile = 'metrics_token';

/** The configuration with known places instead of discovery, and all else untouched. */
export const withPlaces = (shipped: Configuration, places: Places): Configuration => ({
  ...shipped,
  global: places.interval
    ? {
        ...shipped.global,
        scrape_interval: places.interval,
        scrape_timeout: places.interval,
        evaluation_interval: places.interval,
      }
    : shipped.global,
  rule_files: shipped.rule_files.map(file => path.join(prometheusFolder, file)),
  alerting: {
    ...shipped.alerting,
    alertmanagers: [{ static_configs: [{ targets: places.alertmanagers ?? [] }] }],
  },
  ...(places.store && {
    remote_write: (shipped.remote_write as object[]).map(store => ({ ...store, url: places.store })),
  }),
  scrape_configs: shipped.scrape_configs.map(job => ({
    ...Object.fromEntries(Object.entries(job).filter(([key]) => !key.endsWith('_sd_configs'))),
    job_name: job.job_name,
    static_configs: [{ targets: places.targets[job.job_name] ?? [] }],
    ...(job.authorization && { authorization: { ...job.authorization, credentials_file: tokenFile } }),
  })),
});
