import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

/** A value in the shape of OTLP's JSON. */
type OtlpValue = Readonly<Record<string, unknown>>;

const otlpValue = (value: unknown): OtlpValue => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } };
  return { kvlistValue: { values: attributesOf(value as object) } };
};

/** Plain values as attributes. */
export const attributesOf = (values: object): readonly { key: string; value: OtlpValue }[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: otlpValue(value) }));

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: object;
  readonly milliseconds?: number;
  readonly status?: { readonly code: number; readonly message?: string };
  readonly events?: readonly { readonly name: string; readonly attributes: object }[];
}

const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

export const traceId = (): string => randomBytes(16).toString('hex');
export const spanId = (): string => randomBytes(8).toString('hex');

type Trace = readonly [root: Span, ...children: Span[]];

/** A trace of a root and children. */
export const traceOf = (spans: number, root: Partial<Span> = {}): Trace => {
  const id = traceId();
  const first: Span = { traceId: id, spanId: spanId(), name: 'root', ...root };
  return [
    first,
    ...Array.from({ length: spans - 1 }, (_, index) => ({
      traceId: id,
      spanId: spanId(),
      parentSpanId: first.spanId,
      name: `child ${index}`,
    })),
  ];
};

const post = async (url: string, body: object): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
};

/** Sends as any application would, and answers with the status. */
export const postSpans = (url: string, spans: readonly Span[], resource: object = {}): Promise<number> =>
  post(`${url}/v1/traces`, {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'other', ...resource }) },
        scopeSpans: [{ scope: { name: 'by hand' }, spans: spans.map(otlpSpan) }],
      },
    ],
  });

const otlpSpan = ({ attributes = {}, milliseconds = 5, events = [], ...span }: Span): object => ({
  kind: 2,
  startTimeUnixNano: nanoseconds(Date.now() - milliseconds),
  endTimeUnixNano: nanoseconds(Date.now()),
  ...span,
  attributes: attributesOf(attributes),
  events: events.map(event => ({
    name: event.name,
    timeUnixNano: nanoseconds(Date.now()),
    attributes: attributesOf(event.attributes),
  })),
});

export interface LogRecord {
  readonly body: unknown;
  readonly attributes?: object;
  readonly traceId?: string;
  readonly spanId?: string;
}

export const postLogs = (url: string, records: readonly LogRecord[]): Promise<number> =>
  post(`${url}/v1/logs`, {
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'other' }) },
        scopeLogs: [
          {
            logRecords: records.map(({ body, attributes = {}, ...ids }) => ({
              timeUnixNano: nanoseconds(Date.now()),
              severityNumber: 9,
              body: otlpValue(body),
              attributes: attributesOf(attributes),
              ...ids,
            })),
          },
        ],
      },
    ],
  });

/** One counter of a service. */
export const postCounter = async (
  url: string,
  name: string,
  value: number,
  resource: object,
): Promise<void> => {
  const dataPoint = {
    asInt: String(value),
    startTimeUnixNano: nanoseconds(Date.now() - 1000),
    timeUnixNano: nanoseconds(Date.now()),
  };
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [dataPoint] };
  const status = await post(`${url}/v1/metrics`, {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeMetrics: [{ scope: { name: 'by hand' }, metrics: [{ name, sum }] }],
      },
    ],
  });
  assert.equal(status, 200);
};
