import { createRequire } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import { sharedApi, unregister } from '../open-telemetry-globals.ts';
import { createPropagator } from './propagators.ts';
import { createTracerSpans } from './span-maker.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/** What is used of `@opentelemetry/sdk-node`, which is none of our dependencies. */
interface SdkModule {
  readonly startNodeSDK?: () => { shutdown(): Promise<void> };
}

export interface ConfiguredSdk {
  /** `undefined` when the file describes no tracing. */
  readonly tracing: Pick<Tracing, 'spans' | 'contextManager' | 'propagator'> | undefined;
  /** Whether metrics that are made through the API go where the file says. */
  readonly takesMetrics: boolean;
  /** Whether log records do. */
  readonly takesLogs: boolean;
  /** Delivers what the file's providers of all signals hold; never rejects. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Lets the application's copy of OpenTelemetry's SDK read `OTEL_CONFIG_FILE` and register what the file describes. It
 * says by itself what is wrong with a file.
 *
 * @param file of the package
 * @param scope of the spans that observers make
 * @throws Error when the package cannot be loaded, or is too old to read such files
 */
export const startConfiguredSdk = (file: string, scope: TracingOptions['scope']): ConfiguredSdk => {
  const { startNodeSDK } = createRequire(import.meta.url)(file) as SdkModule;
  if (startNodeSDK === undefined) throw new Error(`${file} is too old: it has no startNodeSDK`);
  const before = registered();
  const sdk = startNodeSDK();
  const after = registered();
  const { trace, context, propagation } = after;
  /** The API keeps what was there first: that is another SDK's, which flushes and takes it back by itself. */
  const own: Partial<typeof after> = Object.fromEntries(
    Object.entries(after).filter(([name, part]) => part !== before[name as keyof typeof before]),
  );
  return {
    tracing:
      trace === undefined || context === undefined
        ? undefined
        : {
            spans: createTracerSpans((behind(trace) as TracerProvider).getTracer(scope.name, scope.version)),
            contextManager: context,
            // A file that names none wants none.
            propagator: propagation ?? createPropagator([]),
          },
    takesMetrics: own.metrics !== undefined,
    takesLogs: own.logs !== undefined,
    flush: async () => {
      const providers = [own.trace, own.metrics, own.logs].filter(provider => provider !== undefined);
      await Promise.allSettled(
        providers.map(async provider => (behind(provider) as Flushable).forceFlush?.()),
      );
    },
    stop: () => {
      unregister(own);
      void sdk.shutdown().catch(() => {});
    },
  };
};

const registered = () => {
  const { trace, metrics, logs, context, propagation } = sharedApi() ?? {};
  return { trace, metrics, logs, context, propagation };
};

interface Flushable {
  readonly forceFlush?: () => Promise<void>;
}

/** The API registers a provider of its own, which passes everything on to the SDK's. */
const behind = (registered: object): object =>
  (registered as { getDelegate?: () => object }).getDelegate?.() ?? registered;
