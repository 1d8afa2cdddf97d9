import { metric } from '../page.ts';

/** What a metrics page tells of a pool. */
export interface Gauges {
  readonly used: number | undefined;
  readonly idle: number | undefined;
  readonly waiting: number | undefined;
  readonly max: number | undefined;
}

export const gauges = (page: string, name: string): Gauges => {
  const pool = `db_client_connection_pool_name="${name}"`;
  const counts = metric(page, 'db_client_connection_count');
  return {
    used: counts[`{${pool},db_client_connection_state="used"}`],
    idle: counts[`{${pool},db_client_connection_state="idle"}`],
    waiting: metric(page, 'db_client_connection_pending_requests')[`{${pool}}`],
    max: metric(page, 'db_client_connection_max')[`{${pool}}`],
  };
};
