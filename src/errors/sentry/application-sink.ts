import { setImmediate } from 'node:timers/promises';
import type { Event } from '@sentry/core';
import type { Clock } from '../clock.ts';
import type { ErrorReport, ErrorSource } from '../report.ts';
import type { SinkOutcome } from '../sink.ts';
import {
  type ApplicationClient,
  findApplicationClient,
  isMarked,
  markAsCaptured,
} from './application-client.ts';
import type { SentryItem } from './event.ts';

/** Milliseconds that the application's client has for one event. */
const patience = 10_000;
const flushMs = 2_000;
const mostKinds = 500;

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
  /** What the client was not given yet, and cannot be any more, as the process ends in this tick. */
  readonly takeAtExit: () => readonly Event[];
}

interface Entry {
  readonly item: SentryItem;
  readonly event: Event;
  /** Over when everything has run that runs in this tick. */
  readonly tick: Promise<void>;
}

/** Reports errors by the application's own client of Sentry, each of them once, whoever is first. */
export const createApplicationSink = (
  clock: Clock,
  onOutcome: (outcome: SinkOutcome) => void,
): ApplicationSink => {
  const waiting = new Set<Entry>();
  /** What is done for each event that is under way when the client has done all it does. */
  const underWay = new Set<() => void>();
  /** Kinds of errors that the application has reported itself; their digests are not for us either. */
  const theirs = new Set<string>();

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
        underWay.add(giveUp);
        undos.push(
          () => underWay.delete(giveUp),
          client.on('beforeSendEvent', some => {
            isWanted ||= isOurs(some);
          }),
          client.on('afterSendEvent', (some, { statusCode = 0 } = {}) => {
            const isTaken = statusCode >= 200 && statusCode < 300;
            if (isOurs(some)) settle(() => resolve(isTaken ? 'sent' : 'failed'));
          }),
          clock.after(patience, giveUp),
        );
        capture(event, original);
      } catch (error) {
        settle(() => reject(error));
      }
      markAsCaptured(original);
    });

  /** Whether the application's client reports the error without us. */
  const isTheirs = ({ client }: ApplicationClient, { report, original }: SentryItem): boolean => {
    if (report.repeats !== undefined) return theirs.has(kindOf(report));
    if (typeof original === 'object' && original !== null) return isMarked(original);
    const integration = integrations[report.source];
    return integration !== undefined && client.getIntegrationByName(integration) !== undefined;
  };

  const leave = (report: ErrorReport): SinkOutcome => {
    const [oldest] = theirs.add(kindOf(report));
    if (theirs.size > mostKinds && oldest !== undefined) theirs.delete(oldest);
    return 'left';
  };

  return {
    send: async (by, item, event) => {
      // The application's own report wins, which knows more: it has until the end of this tick.
      const entry = { item, event, tick: setImmediate() };
      waiting.add(entry);
      await entry.tick;
      // Else it was taken at exit.
      if (!waiting.delete(entry)) return false;
      const outcome = isTheirs(by, item) ? leave(item.report) : await capture(by, event, item.original);
      onOutcome(outcome);
      return outcome === 'sent';
    },
    flush: async () => {
      await Promise.all([...waiting].map(({ tick }) => tick));
      const held = [...underWay];
      try {
        // Also for what the application has reported itself: the process may be about to end.
        await findApplicationClient()?.client.flush(flushMs);
      } catch {
        // Of another kind.
      }
      // The client tells of the last one when all else is done.
      await setImmediate();
      for (const giveUp of held) giveUp();
    },
    takeAtExit: () => {
      const left = [...waiting].filter(({ item }) => !isMarked(item.original));
      waiting.clear();
      return left.map(({ event }) => event);
    },
  };
};

const kindOf = ({ exceptions: [{ type, message }] }: ErrorReport): string =>
  `${type}: ${message.slice(0, 200)}`;
