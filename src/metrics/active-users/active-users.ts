import { activeUsers as definition } from '../../catalog/metrics.ts';
import type { Family, Series } from '../family.ts';
import { createLabelSet } from '../label-set.ts';
import type { ActiveUsersApi } from './api.ts';
import { countHashes, type Sketch } from './sketch.ts';
import { hashUserId } from './user-hash.ts';
import { createSlidingWindow } from './window.ts';

export interface ActiveUsers extends ActiveUsersApi {
  /** Without a series until a user was seen or a number was set. */
  family(): Family;
  /** The users seen in the last five minutes, to be merged with those of other processes. */
  sketch(): Sketch;
}

export interface ActiveUsersOptions {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly onInvalid: (reason: 'invalid_user_id' | 'invalid_user_count') => void;
}

const labels = createLabelSet([]);

export const createActiveUsers = ({ now, onInvalid }: ActiveUsersOptions): ActiveUsers => {
  const window = createSlidingWindow(now);
  let anySeen = false;
  let fixed: number | undefined;

  function* series(): Generator<Series> {
    if (fixed !== undefined) yield { labels, value: fixed };
    else if (anySeen) yield { labels, value: Math.round(countHashes(window.sketch())) };
  }

  return {
    seen: userId => {
      const hash = hashUserId(userId);
      if (hash === 0) return onInvalid('invalid_user_id');
      anySeen = true;
      window.add(hash);
    },
    set: count => {
      if (count === undefined || (Number.isFinite(count) && count >= 0)) fixed = count;
      else onInvalid('invalid_user_count');
    },
    family: () => ({
      name: definition.name,
      type: definition.type,
      help: definition.help,
      series: { [Symbol.iterator]: series },
    }),
    sketch: window.sketch,
  };
};
