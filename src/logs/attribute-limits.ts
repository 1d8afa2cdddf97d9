import type { Json, JsonObject } from '../redaction/redaction.ts';
import type { LogsSettings } from '../settings/logs.ts';
import type { TracesSettings } from '../settings/traces.ts';

/** Source: OpenTelemetry specification, "Attribute Limits". */
export interface AttributeLimits {
  readonly count: number;
  /** Characters of a text; `undefined`: no limit. */
  readonly valueLength: number | undefined;
}

export type AttributeLimitSettings = Pick<
  LogsSettings & TracesSettings,
  | 'attributeCountLimit'
  | 'attributeValueLengthLimit'
  | 'logRecordAttributeCountLimit'
  | 'logRecordAttributeValueLengthLimit'
>;

/** The limits for log records win over the general ones. */
export const recordLimits = (settings: AttributeLimitSettings): AttributeLimits => ({
  count: settings.logRecordAttributeCountLimit ?? settings.attributeCountLimit,
  valueLength: settings.logRecordAttributeValueLengthLimit ?? settings.attributeValueLengthLimit,
});

export interface LimitedAttributes {
  readonly attributes: JsonObject;
  /** Attributes that were too many. */
  readonly dropped: number;
}

/** The same object where no limit touches it, as none mostly does. */
export const limitAttributes = (attributes: JsonObject, limits: AttributeLimits): LimitedAttributes => {
  const names = Object.keys(attributes);
  if (names.length <= limits.count && limits.valueLength === undefined) return { attributes, dropped: 0 };
  const { valueLength = Number.POSITIVE_INFINITY } = limits;
  const kept = names.slice(0, limits.count);
  return {
    attributes: Object.fromEntries(
      kept.map(name => [name, shortened(attributes[name] ?? null, valueLength)]),
    ),
    dropped: names.length - kept.length,
  };
};

const shortened = (value: Json, length: number): Json => {
  if (typeof value === 'string') return value.length > length ? value.slice(0, length) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(item => shortened(item, length));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item, length)]));
};

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
