/** The configuration files that are shipped, with the addresses of one machine in the place of those of containers. */

/** Host and port of what each job of Prometheus scrapes. */
export type Targets = Readonly<Record<string, readonly string[]>>;

interface ScrapeConfig {
  readonly job_name: string;
  readonly authorization?: object;
}

export interface PrometheusConfig {
  readonly global: object;
  readonly scrape_configs: readonly ScrapeConfig[];
}

/** Static targets in the place of every discovery; a job without targets is left out. */
export const withTargets = (
  config: PrometheusConfig,
  targets: Targets,
  tokenFile: string,
): PrometheusConfig => {
  const known = config.scrape_configs.map(({ job_name }) => job_name);
  const unknown = Object.keys(targets).filter(job => !known.includes(job));
  if (unknown.length > 0)
    throw new Error(`targets of ${unknown.join(', ')}, but the jobs of Prometheus are ${known.join(', ')}`);
  return {
    ...config,
    scrape_configs: config.scrape_configs.flatMap(job => {
      const addresses = targets[job.job_name] ?? [];
      if (addresses.length === 0) return [];
      const rest = Object.fromEntries(Object.entries(job).filter(([key]) => !key.endsWith('_sd_configs')));
      return [
        {
          ...(rest as unknown as ScrapeConfig),
          static_configs: [{ targets: addresses }],
          ...(job.authorization && { authorization: { credentials_file: tokenFile } }),
        },
      ];
    }),
  };
};
