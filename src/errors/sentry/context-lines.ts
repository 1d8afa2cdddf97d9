import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Event, StackFrame } from '@sentry/core';
import type { Redaction } from '../../redaction/redaction.ts';
import { unobserved } from '../../transport/unobserved.ts';
import { cut } from './limits.ts';

/** The lines around a place, as Sentry shows them. */
type Lines = Required<Pick<StackFrame, 'pre_context' | 'context_line' | 'post_context'>>;

export interface ContextLines {
  /** Reads what an event shows; settles also when nothing can be read. */
  readonly load: (event: Event) => Promise<void>;
  /** The event with the lines that have been read. */
  readonly shownIn: (event: Event) => Event;
}

/** Lines before the place, and behind it. */
const around = 5;
/** Characters of a line that are shown. */
const shown = 200;
/** Characters of a line that are searched for secrets: on both sides of what is shown. */
const searched = 1_000;
/** Places of an event whose lines are read: those next to the error. */
const placesOfEvent = 20;
const rememberedPlaces = 200;
const largestFile = 1_000_000;

/** A stack is a text that anybody may have written: of files only sources are read. */
const source = /\.[cm]?[jt]sx?$/;
/** A key in PEM, of which lines alone would not be known as one. */
const pem = /-----BEGIN [A-Z ]{1,40}-----[\s\S]{0,20000}?-----END [A-Z ]{1,40}-----/g;
/** Where a line or a text in quotes begins with them, a key or a token. */
const keyMaterial = /(?<=^\s*|['"`])[A-Za-z\d+/]{40,}={0,2}/gm;

/**
 * Reads source lines around the places of an error from the disk, without secrets, and remembers them. Of applications
 * only: not of Node.js, not of packages.
 */
export const createContextLines = ({ text }: Pick<Redaction, 'text'>): ContextLines => {
  /** By place; `undefined`: there are none. The one that was used last stands last. */
  const remembered = new Map<string, Lines | undefined>();

  const remember = (place: string, lines: Lines | undefined): void => {
    remembered.delete(place);
    remembered.set(place, lines);
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedPlaces && oldest !== undefined) remembered.delete(oldest);
  };

  /** Remembers the lines of those frames that are in the file. */
  const loadFile = async (file: string, frames: readonly StackFrame[]): Promise<void> => {
    const all = (await readSource(file))?.replace(pem, key => key.replace(/.+/g, '…')).split('\n');
    for (const frame of frames) {
      if (frame.filename === file) remember(placeOf(frame), all && linesAround(all, frame, text));
    }
  };

  return {
    load: async event => {
      const missing = framesWithSource(event).filter(frame => !remembered.has(placeOf(frame)));
      const files = new Set(missing.map(({ filename = '' }) => filename));
      await Promise.all([...files].map(file => loadFile(file, missing)));
    },
    shownIn: event => {
      const known = new Map(
        framesWithSource(event).map(frame => {
          const place = placeOf(frame);
          const lines = remembered.get(place);
          if (remembered.has(place)) remember(place, lines);
          return [frame, lines];
        }),
      );
      return mapFrames(event, frame => ({ ...frame, ...known.get(frame) }));
    },
  };
};

/** The event with other frames. */
export const mapFrames = (event: Event, change: (frame: StackFrame) => StackFrame): Event => ({
  ...event,
  exception: {
    values: (event.exception?.values ?? []).map(exception => {
      const frames = exception.stacktrace?.frames;
      return frames === undefined ? exception : { ...exception, stacktrace: { frames: frames.map(change) } };
    }),
  },
});

const placeOf = ({ filename, lineno, colno }: StackFrame): string => `${filename}:${lineno}:${colno}`;

/** Those that are next to an error, the one that was caught before its causes. */
const framesWithSource = ({ exception }: Event): readonly StackFrame[] =>
  (exception?.values ?? [])
    .toReversed()
    .flatMap(({ stacktrace }) => stacktrace?.frames?.toReversed() ?? [])
    .filter(
      ({ in_app, lineno, filename = '' }) =>
        in_app === true && lineno !== undefined && isAbsolute(filename) && source.test(filename),
    )
    .slice(0, placesOfEvent);

const readSource = async (file: string): Promise<string | undefined> => {
  try {
    const about = await unobserved(() => stat(file));
    if (!about.isFile() || about.size > largestFile) return undefined;
    return await unobserved(() => readFile(file, 'utf8'));
  } catch {
    // It is gone, or may not be read.
    return undefined;
  }
};

const linesAround = (
  all: readonly string[],
  { lineno = 0, colno = 1 }: StackFrame,
  text: Redaction['text'],
): Lines | undefined => {
  const at = lineno - 1;
  if (at < 0 || at >= all.length) return undefined;
  const first = Math.max(0, at - around);
  const middle = at - first;
  const some = all.slice(first, at + around + 1).map(line => line.trimEnd());
  const start = startOf(some[middle] ?? '', colno, searched);
  const searchedIn = some.map((line, index) => part(line, index === middle ? start : 0, searched));
  // Together, as a secret may be written in several lines.
  const clean = text(searchedIn.join('\n')).replace(keyMaterial, '…').split('\n');
  if (clean.length !== some.length) return undefined;
  const line = clean[middle] ?? '';
  return {
    pre_context: clean.slice(0, middle).map(before => cut(before, shown)),
    context_line: part(line, startOf(line, colno - start, shown), shown),
    post_context: clean.slice(middle + 1).map(behind => cut(behind, shown)),
  };
};

/** Where the part of a long line begins, such as one of minified code, that has the column in its middle. */
const startOf = (line: string, column: number, longest: number): number =>
  Math.max(0, Math.min(column - longest / 2, line.length - longest));

const part = (line: string, start: number, longest: number): string =>
  line.slice(start, start + longest).toWellFormed();
