import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TracesSettings } from '../settings/traces.ts';

export type SamplerSettings = Pick<
  TracesSettings,
  'tracesSampler' | 'tracesSamplerArgument' | 'trustParentSampling'
>;

/**
 * The sampler of `OTEL_TRACES_SAMPLER`. Where callers are not trusted with the decision, a trace that comes from
 * outside is decided about like one that begins here: by its id, so that every service that does the same decides
 * the same.
 */
export const createSampler = (settings: SamplerSettings): Sampler => {
  const [name, isParentBased] = settings.tracesSampler.startsWith('parentbased_')
    ? [settings.tracesSampler.slice('parentbased_'.length), true]
    : [settings.tracesSampler, false];
  const root = rootSampler(name, settings.tracesSamplerArgument);
  if (!isParentBased) return root;
  return new ParentBasedSampler({
    root,
    ...(!settings.trustParentSampling && { remoteParentSampled: root, remoteParentNotSampled: root }),
  });
};

const rootSampler = (name: string, ratio: number): Sampler => {
  switch (name) {
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    default:
      return new AlwaysOnSampler();
  }
};
