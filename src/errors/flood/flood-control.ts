import type { Clock } from '../clock.ts';
import { hashOfMessage, hashOfPlace } from './fingerprint.ts';

/** What errors with the same fingerprint have in common, for as long as a window of theirs is open. */
export interface Kind<Kept> {
  /** Occurrences in this window. */
  readonly count: number;
  /** Windows that ended with a digest, before this one; 0: the first of this one was told by itself. */
  readonly digests: number;
  /** It stands for all that there was no room for. */
  readonly isOthers: boolean;
  /** Count of a window at which its owner is told; it stays when the next window opens. 0: never. */
  wakeAt: number;
  /** For the owner of flood control, who is to bound what it holds. */
  kept: Kept | undefined;
}

export interface FloodControlOptions<Kept> {
  readonly windowMs: number;
  /** Kinds at most, of which windows are open. */
  readonly capacity: number;
  /**
   * Told when a window with repeats ends, after how many milliseconds: at the end of its time, at the end of the
   * process, or because others need the room.
   *
   * @returns whether the kind was reported as a digest, which opens its next window; else it is forgotten
   */
  readonly onWindowEnd: (kind: Kind<Kept>, ms: number) => boolean;
  readonly clock: Clock;
}

export interface FloodControl<Kept> {
  /**
   * Counts an error, which may be anything; never throws.
   *
   * @returns its kind where there is something to do: it is the first of its kind (`isFirst`), or its count is `wakeAt`
   */
  readonly count: (error: unknown) => Kind<Kept> | undefined;
  /** The kind of the error that was counted last. */
  readonly counted: () => Kind<Kept> | undefined;
  /** Ends all windows with repeats now, as at the end of the process. */
  readonly endAll: () => void;
  /** Ends no window any more, and keeps no timer. */
  readonly stop: () => void;
}

/** Whether the error that was counted last is the first of its kind, which goes out by itself. */
export const isFirst = ({ count, digests }: Kind<unknown>): boolean => count === 1 && digests === 0;

/** Occurrences in this window that were not told. */
export const repeatsOf = ({ count, digests }: Kind<unknown>): number => (digests === 0 ? count - 1 : count);

/** Occurrences of a type and message in a window of which each has its stack read. */
const alwaysRead = 32;
/** Beyond, one in so many has, and fewer in a storm of thousands. */
const readOneIn = 64;
const stormFrom = 4_096;
const readOneInStorm = 1_024;
/** Part of a window in which a kind is not forgotten for the sake of another one. */
const youth = 1 / 5;

/** Whether a stack is read, of an error that is the `seen`th of its family. */
const isStackRead = (seen: number): boolean =>
  seen <= alwaysRead || seen % (seen < stormFrom ? readOneIn : readOneInStorm) === 0;

interface OpenKind<Kept> extends Kind<Kept> {
  count: number;
  digests: number;
  /** Of its type and message, and of its place. */
  readonly hash: number;
  readonly place: number;
  openedAt: number;
}

/** Kinds with the same type and message, which differ in their places. */
interface Family<Kept> {
  readonly kinds: OpenKind<Kept>[];
  /** Occurrences since a window of one of them ended. */
  seen: number;
  /** The one of which a stack was read last; open, as the first stack after the end of a window is read. */
  last: OpenKind<Kept>;
}

/**
 * Lets the first error of each kind through and counts the others, which are told together when its window ends: so
 * there is one message for each fingerprint and window. Every error is counted once, in one kind. In which one is
 * inexact only in a storm: when a type and message has come 32 times in a window, 63 of 64 are counted for the place
 * seen last, and later even more, as reading a stack takes longer than throwing an error does.
 */
export const createFloodControl = <Kept>(options: FloodControlOptions<Kept>): FloodControl<Kept> => {
  const { windowMs, capacity, onWindowEnd, clock } = options;
  const families = new Map<number, Family<Kept>>();
  /** All whose windows are open, the oldest window first. */
  const open = new Set<OpenKind<Kept>>();
  let others: OpenKind<Kept> | undefined;
  let last: OpenKind<Kept> | undefined;
  let cancelTimer: (() => void) | undefined;
  let isStopped = false;
  /** Until then none is old enough to make room. */
  let crowdedUntil = Number.NEGATIVE_INFINITY;

  const openKind = (hash: number, place: number, isOthers: boolean): OpenKind<Kept> => {
    const kind: OpenKind<Kept> = {
      count: 0,
      digests: 0,
      isOthers,
      wakeAt: 0,
      kept: undefined,
      hash,
      place,
      openedAt: clock.now(),
    };
    open.add(kind);
    wake();
    return kind;
  };

  const kindOf = (error: unknown): OpenKind<Kept> => {
    const hash = hashOfMessage(error);
    const family = families.get(hash);
    if (family === undefined) {
      if (!hasRoom()) return theOthers();
      const kind = openKind(hash, hashOfPlace(error), false);
      families.set(hash, { kinds: [kind], last: kind, seen: 1 });
      return kind;
    }
    family.seen++;
    // That one may have been ended for the sake of others.
    if (!isStackRead(family.seen) && open.has(family.last)) return family.last;
    const place = hashOfPlace(error);
    const known = family.kinds.find(kind => kind.place === place);
    if (known !== undefined) {
      family.last = known;
      return known;
    }
    if (!hasRoom()) return theOthers();
    family.last = openKind(hash, place, false);
    family.kinds.push(family.last);
    // Making room may have ended all others of its family.
    families.set(hash, family);
    return family.last;
  };

  const theOthers = (): OpenKind<Kept> => {
    others ??= openKind(0, 0, true);
    return others;
  };

  /** Ends the oldest window where that makes room. */
  const hasRoom = (): boolean => {
    if (open.size - (others === undefined ? 0 : 1) < capacity) return true;
    const now = clock.now();
    if (now < crowdedUntil) return false;
    const [first, second] = open;
    const oldest = first === others ? second : first;
    if (oldest === undefined) return false;
    crowdedUntil = oldest.openedAt + windowMs * youth;
    if (now < crowdedUntil) return false;
    end(oldest, false);
    return true;
  };

  const end = (kind: OpenKind<Kept>, mayGoOn: boolean): void => {
    const now = clock.now();
    open.delete(kind);
    const isReported = repeatsOf(kind) > 0 && tellEnd(kind, now - kind.openedAt);
    const family = families.get(kind.hash);
    if (family !== undefined && !kind.isOthers) family.seen = 0;
    if (!isReported || !mayGoOn) {
      forget(kind, family);
      return;
    }
    kind.count = 0;
    kind.digests++;
    kind.openedAt = now;
    open.add(kind);
  };

  const tellEnd = (kind: OpenKind<Kept>, ms: number): boolean => {
    try {
      return onWindowEnd(kind, ms);
    } catch {
      return false;
    }
  };

  const forget = (kind: OpenKind<Kept>, family: Family<Kept> | undefined): void => {
    if (kind.isOthers) {
      others = undefined;
      return;
    }
    if (family === undefined) return;
    family.kinds.splice(family.kinds.indexOf(kind), 1);
    if (family.kinds.length === 0) families.delete(kind.hash);
  };

  /** Sets the timer for the oldest window. */
  const wake = (): void => {
    if (cancelTimer !== undefined || isStopped) return;
    const [oldest] = open;
    if (oldest === undefined) return;
    cancelTimer = clock.after(Math.max(0, oldest.openedAt + windowMs - clock.now()), () => {
      cancelTimer = undefined;
      const due = clock.now() - windowMs;
      for (const kind of open) {
        if (kind.openedAt > due) break;
        end(kind, true);
      }
      wake();
    });
  };

  const cancel = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };

  return {
    count: error => {
      try {
        last = kindOf(error);
        const count = ++last.count;
        return count === last.wakeAt || isFirst(last) ? last : undefined;
      } catch {
        // No room left on the stack, in which it was caught.
        return undefined;
      }
    },
    counted: () => last,
    endAll: () => {
      for (const kind of [...open]) if (repeatsOf(kind) > 0) end(kind, true);
      if (open.size === 0) cancel();
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
};
