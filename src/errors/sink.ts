import type { TakeAtExit } from '../transport/exit-post.ts';

/** A service that reports or alerts go to. Nothing of it throws or rejects. */
export interface Sink<Item> {
  /** Whether it would take one more right now; asked before one is made, which costs more than to ask. */
  readonly hasRoom: () => boolean;
  /**
   * Takes one for sending.
   *
   * @returns whether the service has taken it, once that is known; false where there is no room for it
   */
  readonly send: (item: Item) => Promise<boolean>;
  /** Delivers what waits, in a hurry: without waiting for tokens or cool-downs. */
  readonly flush: () => Promise<void>;
  /** What waits, for a process in which nothing asynchronous happens any more; nothing is taken afterwards. */
  readonly takeAtExit: TakeAtExit;
  /** Takes nothing any more, and keeps no timer. */
  readonly stop: () => void;
}

/** What became of an item: each has exactly one of these. */
export type SinkOutcome =
  /** The service has taken it. */
  | 'sent'
  /** The service has refused it, or could not be reached. */
  | 'failed'
  /** There was no room for it. */
  | 'dropped'
  /** The application's own client of the service has reported it, or has decided that it is not to be. */
  | 'left';

/** What sinks tell about themselves. */
export interface SinkEvents {
  readonly onOutcome: (outcome: SinkOutcome) => void;
  /** Told once for each row of failures, and once when it is over. Errors hold neither token nor key. */
  readonly onFailing: (error: Error) => void;
  readonly onRecovered: () => void;
}
