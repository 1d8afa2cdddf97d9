import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { redacted } from './limits.ts';
import { isHidden } from './names.ts';
import type { Redaction } from './redaction.ts';
import { sanitiseSql } from './sql.ts';

type Read = (text: string, all: Attributes, redaction: Redaction) => string;

const asUrl: Read = (text, _all, redaction) => redaction.text(redaction.url.url(text));
const asQuery: Read = (text, _all, redaction) => redaction.url.query(text);
const asStatement: Read = (text, all, redaction) => {
  const system = all['db.system.name'] ?? all['db.system'];
  const isOther = typeof system === 'string' && withoutSql.test(system);
  return isOther ? redaction.text(text) : sanitiseSql(text, typeof system === 'string' ? system : '');
};

/** Databases whose statements are no SQL; the official instrumentations hide the values of theirs. */
const withoutSql = /mongo|redis|memcached|elastic|opensearch|couch|dynamo|cosmos|neo4j|hbase|geode|valkey/;

/** Attributes whose text has a form of its own. Source: OpenTelemetry semantic conventions, also their older names. */
const forms: ReadonlyMap<string, Read> = new Map([
  ['url.full', asUrl],
  ['url.original', asUrl],
  ['http.url', asUrl],
  ['http.target', asUrl],
  ['url.path', asUrl],
  ['url.query', asQuery],
  ['db.query.text', asStatement],
  ['db.statement', asStatement],
]);

/** Takes secrets out of attributes that an application has set; the same object where there are none. */
export const redactAttributes = <Given extends Attributes | undefined>(
  attributes: Given,
  redaction: Redaction,
): Given => {
  if (attributes === undefined) return attributes;
  let changed: Attributes | undefined;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const shown = shownOf(name, value, attributes, redaction);
    if (Object.is(shown, value)) continue;
    changed ??= { ...attributes };
    changed[name] = shown;
  }
  return (changed as Given | undefined) ?? attributes;
};

const shownOf = (
  name: string,
  value: AttributeValue | undefined,
  all: Attributes,
  redaction: Redaction,
): AttributeValue | undefined => {
  if (isHidden(redaction.hiddenUnder(name), value)) return redacted;
  switch (typeof value) {
    case 'string': {
      const read = forms.get(name);
      return read === undefined ? redaction.text(value) : read(value, all, redaction);
    }
    case 'number':
    case 'object':
      return shownItem(value, redaction) as AttributeValue;
    default:
      return value;
  }
};

/** An item of a list, or another value without a name of its own; the same one where nothing is hidden. */
const shownItem = (value: unknown, redaction: Redaction): unknown => {
  if (typeof value === 'string') return redaction.text(value);
  // Less cannot be the number of a card.
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 1e12 ? redaction.data(value) : value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (!Array.isArray(value)) return redaction.data(value);
  const shown = value.map(item => shownItem(item, redaction));
  return shown.some((item, index) => !Object.is(item, value[index])) ? shown : value;
};
