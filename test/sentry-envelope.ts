import assert from 'node:assert/strict';

/** One item of an envelope, as it came. */
export interface EnvelopeItem {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
}

export interface Envelope {
  readonly header: Readonly<Record<string, unknown>>;
  readonly items: readonly EnvelopeItem[];
}

const object = (text: string, what: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object`);
  return value as Record<string, unknown>;
};

/**
 * Reads an envelope.
 *
 * @throws Error when it is none. Source: Sentry's developer documentation, "Envelopes", "Serialization Format"
 */
export const readEnvelope = (bytes: Buffer): Envelope => {
  let at = 0;
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    const text = bytes.toString('utf8', at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
    return text;
  };
  const header = object(line(), 'the header of the envelope');
  const items: EnvelopeItem[] = [];
  while (at < bytes.length) {
    const text = line();
    // Empty lines may stand at the end.
    if (text === '' && at >= bytes.length) break;
    const itemHeader = object(text, 'the header of an item');
    assert.equal(typeof itemHeader.type, 'string', 'an item has no type');
    if (itemHeader.length === undefined) {
      items.push({ header: itemHeader, payload: Buffer.from(line()) });
      continue;
    }
    const { length } = itemHeader;
    assert.ok(Number.isInteger(length) && Number(length) >= 0, `length of an item: ${length}`);
    const end = at + Number(length);
    assert.ok(end <= bytes.length, `an item of ${length} bytes ends after ${bytes.length - at}`);
    items.push({ header: itemHeader, payload: bytes.subarray(at, end) });
    assert.ok(end === bytes.length || bytes[end] === 10, 'behind an item there is no end of the line');
    at = end + 1;
  }
  return { header, items };
};

export interface Mechanism {
  readonly type: string;
  readonly handled?: boolean;
  readonly source?: string;
  readonly exception_id?: number;
  readonly parent_id?: number;
  readonly is_exception_group?: boolean;
}

export interface Frame {
  readonly filename?: string;
  readonly function?: string;
  readonly lineno?: number;
  readonly colno?: number;
  readonly in_app?: boolean;
  readonly pre_context?: readonly string[];
  readonly context_line?: string;
  readonly post_context?: readonly string[];
}

export interface EventException {
  readonly type?: string;
  readonly value?: string;
  readonly mechanism?: Mechanism;
  readonly stacktrace?: { readonly frames: readonly Frame[] };
}

/** An event of Sentry, as far as tests read it. Source: Sentry's developer documentation, "Event Payloads". */
export interface SentryEvent {
  readonly event_id: string;
  readonly timestamp: number | string;
  readonly platform: string;
  readonly level?: string;
  readonly transaction?: string;
  readonly environment?: string;
  readonly release?: string;
  readonly server_name?: string;
  readonly exception?: { readonly values: readonly EventException[] };
  readonly message?: string;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly contexts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly breadcrumbs?: readonly Readonly<Record<string, unknown>>[];
  readonly sdk?: { readonly name: string; readonly version: string };
}

const isHex = (value: unknown, digits: number): boolean =>
  typeof value === 'string' && new RegExp(`^[0-9a-f]{${digits}}$`).test(value) && !/^0+$/.test(value);

const checkTime = (value: unknown, what: string): void => {
  const seconds = typeof value === 'number' ? value : Date.parse(String(value)) / 1_000;
  // Sentry puts its own time over one that is 30 days old or lies ahead by more than a minute.
  const age = Date.now() / 1_000 - seconds;
  assert.ok(age > -60 && age < 30 * 86_400, `${what} is ${value}`);
};

/** @throws Error unless it is an event as Sentry takes it, with everything at the place where Sentry looks for it */
export const checkEvent = (event: SentryEvent): void => {
  assert.ok(isHex(event.event_id, 32), `event_id is ${event.event_id}`);
  checkTime(event.timestamp, 'timestamp');
  assert.match(event.platform, /^(node|javascript|other)$/);
  if (event.level !== undefined) assert.match(event.level, /^(fatal|error|warning|info|debug)$/);
  assert.ok(event.exception !== undefined || event.message !== undefined, 'neither exception nor message');
  if (event.exception !== undefined) checkExceptions(event.exception.values);
  for (const [key, value] of Object.entries(event.tags ?? {})) {
    assert.match(key, /^[\w.:-]{1,200}$/, `name of a tag: ${key}`);
    assert.match(String(value), /^.{1,200}$/u, `value of the tag ${key}: ${value}`);
  }
  const trace = event.contexts?.trace;
  if (trace !== undefined) {
    assert.ok(isHex(trace.trace_id, 32), `trace_id is ${trace.trace_id}`);
    assert.ok(isHex(trace.span_id, 16), `span_id is ${trace.span_id}`);
  }
  for (const breadcrumb of event.breadcrumbs ?? []) checkTime(breadcrumb.timestamp, 'time of a breadcrumb');
  const { release, environment } = event;
  if (release !== undefined)
    assert.match(release, /^(?!\.{1,2}$)[^\n\t/\\]{1,200}$/, `release is ${release}`);
  if (environment !== undefined) assert.match(environment, /^(?!none$)[^\n\r/]{1,64}$/);
};

const checkExceptions = (values: readonly EventException[]): void => {
  assert.ok(Array.isArray(values) && values.length > 0, 'exception.values is empty');
  const ids = values.map(({ mechanism }) => mechanism?.exception_id);
  const known = ids.filter(id => id !== undefined);
  assert.equal(new Set(known).size, known.length, `exception_id: ${ids}`);
  // Oldest first: the one that was caught stands last, and is the root of the tree.
  if (known.length > 0) assert.equal(ids.at(-1), 0, `exception_id in their order: ${ids}`);
  for (const { type, value, mechanism, stacktrace } of values) {
    assert.ok(type || value, 'an exception has neither type nor value');
    assert.ok(mechanism === undefined || mechanism.type !== '', 'a mechanism has no type');
    const parent = mechanism?.parent_id;
    if (parent !== undefined) {
      assert.ok(known.includes(parent) && parent !== mechanism?.exception_id, `parent_id is ${parent}`);
    }
    if (stacktrace !== undefined) assert.ok(stacktrace.frames.length > 0, 'a stack has no frames');
    for (const frame of stacktrace?.frames ?? []) {
      assert.ok(frame.filename || frame.function, `a frame: ${JSON.stringify(frame)}`);
      for (const number of [frame.lineno, frame.colno]) {
        assert.ok(number === undefined || (Number.isInteger(number) && number > 0), `a place: ${number}`);
      }
    }
  }
};
