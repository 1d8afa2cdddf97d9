import { logsInProtobuf } from './otlp-protobuf.ts';

/** A log record as it came, with plain values. */
export interface ReceivedLog {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly observedTime: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly droppedAttributes: number;
  readonly eventName: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly schemaUrl: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  };
  readonly resource: Readonly<Record<string, unknown>>;
}

type Value = Readonly<Record<string, unknown>>;
interface Pair {
  readonly key: string;
  readonly value?: Value;
}

/** Source: opentelemetry/proto/common/v1/common.proto, AnyValue; `null`: no value. */
const plain = (value: Value = {}): unknown => {
  const [[kind, said] = []] = Object.entries(value);
  if (kind === undefined) return null;
  if (kind === 'intValue') return Number(said);
  if (kind === 'arrayValue') return ((said as { values?: readonly Value[] }).values ?? []).map(plain);
  if (kind === 'kvlistValue') return object((said as { values?: readonly Pair[] }).values);
  return said;
};
const object = (pairs: readonly Pair[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));

interface Scope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly Pair[];
}
interface OtlpRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: Value;
  readonly attributes?: readonly Pair[];
  readonly droppedAttributesCount?: number;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
}
interface Request {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly Pair[] };
    readonly scopeLogs: readonly {
      readonly scope?: Scope;
      readonly schemaUrl?: string;
      readonly logRecords: readonly OtlpRecord[];
    }[];
  }[];
}

/** The log records of an `ExportLogsServiceRequest`, in JSON or in protobuf. */
export const readLogs = (body: Buffer, contentType: string): readonly ReceivedLog[] => {
  const request = (
    contentType === 'application/json' ? JSON.parse(body.toString()) : logsInProtobuf(body)
  ) as Request;
  return (request.resourceLogs ?? []).flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, schemaUrl, logRecords }) =>
      logRecords.map(record => ({
        time: BigInt(record.timeUnixNano ?? 0),
        observedTime: BigInt(record.observedTimeUnixNano ?? 0),
        severityNumber: record.severityNumber ?? 0,
        severityText: record.severityText ?? '',
        body: record.body && plain(record.body),
        attributes: object(record.attributes),
        droppedAttributes: record.droppedAttributesCount ?? 0,
        eventName: record.eventName ?? '',
        traceId: record.traceId ?? '',
        spanId: record.spanId ?? '',
        flags: record.flags ?? 0,
        scope: {
          name: scope?.name ?? '',
          version: scope?.version ?? '',
          schemaUrl: schemaUrl ?? '',
          attributes: object(scope?.attributes),
        },
        resource: object(resource?.attributes),
      })),
    ),
  );
};
