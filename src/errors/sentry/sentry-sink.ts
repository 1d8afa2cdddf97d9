import { hostname } from 'node:os';
import { sep } from 'node:path';
import type { Event, StackFrame } from '@sentry/core';
import { wallClock } from '../../host/time.ts';
import type { LogRecord } from '../../logs/record.ts';
import type { Redaction } from '../../redaction/redaction.ts';
import type { ExitRequest } from '../../transport/exit-post.ts';
import { createHttpPost, type HttpTarget } from '../../transport/http-post.ts';
import type { Attempt } from '../channel/attempt.ts';
import { createChannel } from '../channel/channel.ts';
import { type Clock, realClock } from '../clock.ts';
import type { Sink, SinkEvents } from '../sink.ts';
import { attemptOf, tooMany, waitAskedBy } from './answer.ts';
import { findApplicationClient } from './application-client.ts';
import { createApplicationSink } from './application-sink.ts';
import { createContextLines, mapFrames } from './context-lines.ts';
import { readDsn } from './dsn.ts';
import { envelopeOf } from './envelope.ts';
import { type EventOrigin, type SentryItem, sentryEvent } from './event.ts';

export interface SentrySinkOptions extends SinkEvents, Omit<EventOrigin, 'host'> {
  /** A valid one. */
  readonly dsn: string;
  /** Of this package. */
  readonly version: string;
  readonly redaction: Pick<Redaction, 'text'>;
  /** What was logged in a trace, the last of it at the end. */
  readonly breadcrumbs: (traceId: string) => readonly LogRecord[];
}

/** Milliseconds for one try. */
const timeout = 3_000;
/** Milliseconds for reading source lines, without which an event goes when a disk does not answer. */
const readingMs = 500;
const sdkName = 'ykmake.javascript.monitoring';

/**
 * Reports errors to Sentry: by the application's own client when it has one, and else by envelopes of our own. Source:
 * Sentry's developer documentation, "Envelopes" and "Rate Limiting".
 *
 * @throws Error when the DSN is none
 */
export const createSentrySink = (options: SentrySinkOptions, clock: Clock = realClock): Sink<SentryItem> => {
  const { version, breadcrumbs, onOutcome } = options;
  const origin = { ...options, host: hostname() };
  const target = targetOf(options.dsn, version);
  const post = createHttpPost(target);
  const contextLines = createContextLines(options.redaction);
  const folder = workingFolder();
  /** By the clock: when Sentry takes errors again. */
  let notBefore = Number.NEGATIVE_INFINITY;

  const bodyOf = (event: Event): Buffer => {
    const shown = mapFrames(contextLines.shownIn(event), frame => withinFolder(frame, folder));
    return envelopeOf({ ...shown, sdk: { name: sdkName, version } }, wallClock());
  };
  const attempt = async (event: Event): Promise<Attempt> => {
    const wait = notBefore - clock.now();
    if (wait > 0) return tooMany(wait);
    await within(readingMs, contextLines.load(event), clock);
    const answer = await post(bodyOf(event));
    const asked = waitAskedBy(answer, wallClock());
    notBefore = clock.now() + asked;
    return attemptOf(answer, asked);
  };
  const exitRequest = (event: Event): ExitRequest | undefined =>
    notBefore > clock.now() ? undefined : { target, body: bodyOf(event) };
  const channel = createChannel<Event>(
    {
      ...options,
      attempt,
      exitRequest,
      capacity: 100,
      burst: 20,
      refillMs: 200,
      attempts: 4,
      closedMs: 300_000,
    },
    clock,
  );
  const application = createApplicationSink(clock, onOutcome);

  const send = async (item: SentryItem): Promise<boolean> => {
    const { trace } = item.report;
    const event = sentryEvent(item.report, origin, trace === undefined ? [] : breadcrumbs(trace.traceId));
    const by = findApplicationClient();
    if (by === undefined) return channel.send(event);
    return application.send(by, item, event).catch(() => channel.send(event));
  };

  return {
    hasRoom: () => channel.hasRoom() || findApplicationClient() !== undefined,
    send: async item => {
      try {
        return await send(item);
      } catch {
        // What cannot be made an event of.
        onOutcome('failed');
        return false;
      }
    },
    flush: async () => {
      await Promise.all([channel.flush(), application.flush()]);
    },
    takeAtExit: () => [
      ...channel.takeAtExit(),
      ...application.takeAtExit().flatMap(event => exitRequest(event) ?? []),
    ],
    stop: channel.stop,
  };
};

const targetOf = (given: string, version: string): HttpTarget => {
  const dsn = readDsn(given);
  if (dsn === undefined) throw new Error('SENTRY_DSN is not a Sentry DSN (https://key@host/project)');
  return {
    url: `${dsn.api}/envelope/`,
    headers: { 'x-sentry-auth': `${dsn.authorization}, sentry_client=${sdkName}/${version}` },
    contentType: 'application/x-sentry-envelope',
    timeout,
    compression: 'gzip',
  };
};

const workingFolder = (): string | undefined => {
  try {
    return process.cwd() + sep;
  } catch {
    // It has been deleted.
    return undefined;
  }
};

/** The frame with its path within the application, without the names of what that lies in. */
const withinFolder = (frame: StackFrame, folder: string | undefined): StackFrame =>
  folder !== undefined && frame.filename?.startsWith(folder)
    ? { ...frame, filename: frame.filename.slice(folder.length) }
    : frame;

/** Settles with the work, or after so many milliseconds. */
const within = (ms: number, work: Promise<void>, clock: Clock): Promise<void> =>
  new Promise(resolve => {
    const cancel = clock.after(ms, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
