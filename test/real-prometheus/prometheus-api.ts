export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant vector: seconds since the epoch and the value as text. */
  readonly value: readonly [time: number, value: string];
  /** Of a range vector. */
  readonly values: readonly (readonly [time: number, value: string])[];
}

export interface Exemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

export interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PrometheusApi {
  readonly url: string;
  readonly version: string;
  /** @param time seconds since the epoch; now without it */
  query(promql: string, time?: number): Promise<readonly Sample[]>;
  queryExemplars(promql: string): Promise<readonly Exemplars[]>;
  targets(): Promise<readonly Target[]>;
  /** Its own metrics page. */
  ownMetrics(): Promise<string>;
  /** The answer of any other address below `/api/v1/`. */
  get<Data>(address: string, parameters?: Readonly<Record<string, string>>): Promise<Data>;
}

/** What a Prometheus that is ready can be asked. */
export const askPrometheus = async (url: string): Promise<PrometheusApi> => {
  const get = async <Data>(
    address: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Data> => {
    const response = await fetch(`${url}/api/v1/${address}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success')
      throw new Error(`${address} ${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  };
  const { version } = await get<{ version: string }>('status/buildinfo');
  return {
    url,
    version,
    query: async (query, time) => {
      const at = time === undefined ? {} : { time: time.toFixed(3) };
      return (await get<{ result: readonly Sample[] }>('query', { query, ...at })).result;
    },
    queryExemplars: query => {
      const now = Date.now() / 1000;
      return get('query_exemplars', { query, start: String(now - 3600), end: String(now + 60) });
    },
    targets: async () => (await get<{ activeTargets: readonly Target[] }>('targets')).activeTargets,
    ownMetrics: async () => (await fetch(`${url}/metrics`)).text(),
    get,
  };
};
