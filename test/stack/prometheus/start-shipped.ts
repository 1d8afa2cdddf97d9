import { type Prometheus, startConfigured } from '../../real-prometheus/prometheus-server.ts';
import { type Places, readConfiguration, tokenFile, withPlaces } from './shipped.ts';

/**
 * A real Prometheus with a shipped configuration, its rules included.
 *
 * @param token what the applications' metrics are guarded with
 */
export const startShipped = (
  program: string,
  places: Places,
  { file = 'prometheus.yml', token = 'token' }: { readonly file?: string; readonly token?: string } = {},
): Promise<Prometheus> =>
  startConfigured(program, withPlaces(readConfiguration(file), places), { [tokenFile]: token });
