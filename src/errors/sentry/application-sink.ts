import type { Event } from '@sentry/core';
import type { Clock } from '../clock.ts';
import type { ErrorSource } from '../report.ts';
import type { SinkOutcome } from '../sink.ts';
import { type ApplicationClient, isMarked, markAsCaptured } from './application-client.ts';
import type { SentryItem } from './event.ts';

/** Milliseconds that the application's client has for one event. */
const patience = 10_000;
const flushMs = 2_000;

/** With which the SDK reports these by itself. */
const integrations: Partial<Record<ErrorSource, string>> = {
  uncaughtException: 'OnUncaughtException',
  unhandledRejection: 'OnUnhandledRejection',
};

export interface ApplicationSink {
  /** Sends the event by the application's client, unless that has reported the error already, or will. */
  readonly send: (by: ApplicationClient, item: SentryItem, event: Event) => Promise<boolean>;
  readonly flush: () => Promise<void>;
}

/** Reports errors by the application's own client of Sentry, each of them once, whoever is first. */
export const createApplicationSink = (
  clock: Clock,
  onOutcome: (outcome: SinkOutcome) => void,
): ApplicationSink => {
  /** Errors that have their mark from us. */
  const ours = new WeakSet<object>();
  /** Of each event that is under way: by which client, and what is done when that has done all it does. */
  const underWay = new Map<ApplicationClient['client'], Set<() => void>>();

  const capture = ({ client, capture }: ApplicationClient, event: Event, original: unknown) =>
    new Promise<SinkOutcome>(resolve => {
      let isWanted = false;
      const isOurs = (some: Event): boolean => some.event_id === event.event_id;
      const settle = (outcome: SinkOutcome): void => {
        for (const undo of undos) undo();
        resolve(outcome);
      };
      // Without an answer: the application's filters have taken it out, or it is lost.
      const giveUp = (): void => settle(isWanted ? 'failed' : 'left');
      const waiting = underWay.get(client) ?? new Set();
      underWay.set(client, waiting.add(giveUp));
      const undos = [
        client.on('beforeSendEvent', some => {
          isWanted ||= isOurs(some);
        }),
        client.on('afterSendEvent', (some, { statusCode = 0 } = {}) => {
          if (isOurs(some)) settle(statusCode >= 200 && statusCode < 300 ? 'sent' : 'failed');
        }),
        clock.after(patience, giveUp),
        () => waiting.delete(giveUp),
      ];
      capture(event, original);
      markAsCaptured(original);
      if (typeof original === 'object' && original !== null) ours.add(original);
    });

  /** Whether the application's client reports the error without us. */
  const isTheirs = ({ client }: ApplicationClient, { report, original }: SentryItem): boolean => {
    if (typeof original === 'object' && original !== null) return isMarked(original) && !ours.has(original);
    const integration = integrations[report.source];
    return integration !== undefined && client.getIntegrationByName(integration) !== undefined;
  };

  return {
    send: async (by, item, event) => {
      const outcome = await decide(() =>
        isTheirs(by, item) ? Promise.resolve('left') : capture(by, event, item.original),
      );
      onOutcome(outcome);
      return outcome === 'sent';
    },
    flush: async () => {
      const flushed = [...underWay].map(async ([client, waiting]) => {
        const held = [...waiting];
        if (held.length > 0) await client.flush(flushMs);
        // The client tells of the last one when all else is done.
        await new Promise(resolve => setImmediate(resolve));
        for (const giveUp of held) giveUp();
      });
      await Promise.allSettled(flushed);
    },
  };
};

/** Of a client that is not as it was, the event is lost. */
const decide = async (work: () => Promise<SinkOutcome>): Promise<SinkOutcome> => {
  try {
    return await work();
  } catch {
    return 'failed';
  }
};
