import type { SpanLimits } from '@opentelemetry/sdk-trace';
import type { TracesSettings } from '../settings/traces.ts';

export type SpanLimitSettings = Pick<
  TracesSettings,
  | 'attributeCountLimit'
  | 'attributeValueLengthLimit'
  | 'spanAttributeCountLimit'
  | 'spanAttributeValueLengthLimit'
  | 'spanEventCountLimit'
  | 'spanLinkCountLimit'
  | 'eventAttributeCountLimit'
  | 'linkAttributeCountLimit'
>;

/** The limits in the form of the SDK, which reads no environment; those for spans win over the general ones. */
export const spanLimits = (settings: SpanLimitSettings): SpanLimits => {
  const valueLength = settings.spanAttributeValueLengthLimit ?? settings.attributeValueLengthLimit;
  return {
    attributeCountLimit: settings.spanAttributeCountLimit ?? settings.attributeCountLimit,
    ...(valueLength !== undefined && { attributeValueLengthLimit: valueLength }),
    eventCountLimit: settings.spanEventCountLimit,
    linkCountLimit: settings.spanLinkCountLimit,
    attributePerEventCountLimit: settings.eventAttributeCountLimit,
    attributePerLinkCountLimit: settings.linkAttributeCountLimit,
  };
};

/** More than any span of ours has. */
const enough = 64;

/**
 * Whether the limits cannot touch the attributes of our own spans, which then do not count towards them: the SDK asks
 * of each one whether it is allowed, which costs more than all the rest of a span.
 */
export const leavesOwnAttributes = ({
  attributeCountLimit = 0,
  attributeValueLengthLimit,
}: SpanLimits): boolean => attributeCountLimit >= enough && attributeValueLengthLimit === undefined;
