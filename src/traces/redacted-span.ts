import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { redactAttributes } from '../redaction/attributes.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { OwnSpan } from './own-span.ts';

/**
 * Takes secrets out of what an application has put into spans: attributes, events, links, status and name. The
 * observers' own spans hold none, and are returned as they are unless the application has added to them.
 */
export const createSpanRedaction = (redaction: Redaction): ((span: ReadableSpan) => ReadableSpan) => {
  const eventOf = (event: TimedEvent): TimedEvent => ({
    ...event,
    name: redaction.text(event.name),
    ...(event.attributes && { attributes: redactAttributes(event.attributes, redaction) }),
  });
  const linkOf = (link: Link): Link => ({
    ...link,
    ...(link.attributes && { attributes: redactAttributes(link.attributes, redaction) }),
  });
  const statusOf = (status: SpanStatus): SpanStatus =>
    status.message === undefined ? status : { ...status, message: redaction.text(status.message) };

  return span => {
    if (span instanceof OwnSpan && !span.isExtended) return span;
    const own = span.spanContext();
    const { parentSpanContext } = span;
    return {
      name: redaction.text(span.name),
      kind: span.kind,
      spanContext: () => own,
      ...(parentSpanContext && { parentSpanContext }),
      startTime: span.startTime,
      endTime: span.endTime,
      duration: span.duration,
      ended: span.ended,
      status: statusOf(span.status),
      attributes: redactAttributes(span.attributes, redaction),
      events: span.events.length === 0 ? span.events : span.events.map(eventOf),
      links: span.links.length === 0 ? span.links : span.links.map(linkOf),
      resource: span.resource,
      instrumentationScope: span.instrumentationScope,
      droppedAttributesCount: span.droppedAttributesCount,
      droppedEventsCount: span.droppedEventsCount,
      droppedLinksCount: span.droppedLinksCount,
    };
  };
};
