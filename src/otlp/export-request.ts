import type { AnyValue } from '@opentelemetry/api';
import { writeAttributes, writeCount } from './attribute-encoding.ts';
import { createProtobufWriter, type ProtobufWriter, type Written } from './protobuf-writer.ts';

/** What is used of an SDK's resource. */
export interface EncodedResource {
  readonly attributes: Readonly<Record<string, AnyValue>>;
  readonly schemaUrl?: string;
}

export interface EncodedScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: Readonly<Record<string, AnyValue>>;
  readonly droppedAttributesCount?: number;
}

/** A message `Span` or `LogRecord` that is ready to be sent, and what it belongs to; both are known by identity. */
export interface EncodedItem extends Written {
  readonly resource: EncodedResource;
  readonly instrumentationScope: EncodedScope;
}

/**
 * Writes one item into memory that it shares with others, and leaves nothing of one that cannot be written: throws then.
 */
export const encodeItem = <Source extends Pick<EncodedItem, 'resource' | 'instrumentationScope'>>(
  writer: ProtobufWriter,
  source: Source,
  write: (source: Source) => void,
): EncodedItem => {
  const { resource, instrumentationScope } = source;
  try {
    write(source);
  } catch (error) {
    writer.take();
    throw error;
  }
  const { memory, start, end } = writer.take();
  return { memory, start, end, resource, instrumentationScope };
};

/**
 * An `ExportTraceServiceRequest` or an `ExportLogsServiceRequest`: around spans and log records, the fields have the same
 * numbers. Source: opentelemetry-proto 1.x, trace.proto, logs.proto, common.proto, resource.proto.
 */
export const exportRequest = (items: readonly EncodedItem[]): Uint8Array => {
  const size = items.reduce((sum, { start, end }) => sum + end - start + 6, 0);
  const writer = createProtobufWriter(size + 4_096);
  for (const [resource, scopes] of groupsOf(items)) writeResource(writer, resource, scopes);
  const { memory, start, end } = writer.take();
  return memory.subarray(start, end);
};

type Scopes = ReadonlyMap<EncodedScope, readonly EncodedItem[]>;

const writeResource = (writer: ProtobufWriter, resource: EncodedResource, scopes: Scopes): void => {
  const ofResource = writer.open(1);
  const described = writer.open(1);
  writeAttributes(writer, 1, resource.attributes);
  writer.close(described);
  for (const [scope, items] of scopes) {
    const ofScope = writer.open(2);
    writeScope(writer, scope);
    for (const item of items) writer.message(2, item);
    if (scope.schemaUrl) writer.text(3, scope.schemaUrl);
    writer.close(ofScope);
  }
  if (resource.schemaUrl) writer.text(3, resource.schemaUrl);
  writer.close(ofResource);
};

const writeScope = (writer: ProtobufWriter, scope: EncodedScope): void => {
  const opened = writer.open(1);
  writer.text(1, scope.name);
  if (scope.version) writer.text(2, scope.version);
  writeAttributes(writer, 3, scope.attributes);
  writeCount(writer, 4, scope.droppedAttributesCount);
  writer.close(opened);
};

const groupsOf = (items: readonly EncodedItem[]): ReadonlyMap<EncodedResource, Scopes> => {
  const groups = new Map<EncodedResource, Map<EncodedScope, EncodedItem[]>>();
  for (const item of items) {
    const scopes = groups.get(item.resource) ?? new Map<EncodedScope, EncodedItem[]>();
    groups.set(item.resource, scopes);
    const members = scopes.get(item.instrumentationScope) ?? [];
    scopes.set(item.instrumentationScope, members);
    members.push(item);
  }
  return groups;
};
