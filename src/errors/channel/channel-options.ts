import type { ExitRequest } from '../../transport/exit-post.ts';
import type { SinkEvents } from '../sink.ts';
import type { Attempt } from './attempt.ts';

/** What a channel needs to know about the service that it delivers to. */
export interface ChannelOptions<Item> extends SinkEvents {
  /** One try, which takes a limited time; a rejection counts as `later`. */
  readonly attempt: (item: Item) => Promise<Attempt>;
  /** The same as a request for the end of the process; `undefined`: it cannot be sent then. */
  readonly exitRequest: (item: Item) => ExitRequest | undefined;
  /** Items that wait at most; further ones are dropped. */
  readonly capacity: number;
  /** Token bucket: so many at once, and one more in so many milliseconds. */
  readonly burst: number;
  readonly refillMs: number;
  /** Tries of one item at most. */
  readonly attempts: number;
  /** Milliseconds for which nothing is tried after `closed`, for which items fail at once. */
  readonly closedMs: number;
}
