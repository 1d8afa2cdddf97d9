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
  /**
   * Sends the event by the application's client, unless that has reported the error already, or will. Rejects when the
   * client is not of a kind that can do it.
   */
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
    new Promise<SinkOutcome>((resolve, reject) => {
      let isWanted = false;
      const undos: (() => void)[] = [];
      const isOurs = (some: Event): boolean => some.event_id === event.event_id;
      const settle = (end: () => void): void => {
        for (const undo of undos) undo();
        end();
      };
      // Without an answer: the application's filters have taken it out, or it is lost.
      const giveUp = (): void => settle(() => resolve(isWanted ? 'failed' : 'left'));
      try {
        undos.push(
          client.on('beforeSendEvent', some => {
            isWanted ||= isOurs(some);
          }),
          client.on('afterSendEvent', (some, { statusCode = 0 } = {}) => {
            const isTaken = statusCode >= 200 && statusCode < 300;
            if (isOurs(some)) settle(() => resolve(isTaken ? 'sent' : 'failed'));
          }),
          clock.after(patience, giveUp),
          heldBy(client, giveUp),
        );
        capture(event, original);
      } catch (error) {
        settle(() => reject(error));
      }
      markAsCaptured(original);
      if (isObject(original)) ours.add(original);
    });

  const heldBy = (client: ApplicationClient['client'], giveUp: () => void): (() => void) => {
    const held = underWay.get(client) ?? new Set();
    underWay.set(client, held.add(giveUp));
    return () => held.delete(giveUp);
  };

  /** Whether the application's client reports the error without us. */
  const isTheirs = ({ client }: ApplicationClient, { report, original }: SentryItem): boolean => {
    if (isObject(original)) return isMarked(original) && !ours.has(original);
    const integration = integrations[report.source];
    return integration !== undefined && client.getIntegrationByName(integration) !== undefined;
  };

  return {
    send: async (by, item, event) => {
      const outcome = isTheirs(by, item) ? 'left' : await capture(by, event, item.original);
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

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
