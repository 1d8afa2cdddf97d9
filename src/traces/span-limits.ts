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
