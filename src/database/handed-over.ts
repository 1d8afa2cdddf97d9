import type { CallObserver } from './call-observer.ts';

type Connected = (this: unknown, ...results: unknown[]) => unknown;

export interface HandedOver {
  /** Who asks now: inside of what `asWaiting` has made, whoever waited; `null`: nobody. */
  readonly asking: () => object | null;
  /** What a pool is given in place of what it is to call with a connection: that runs for whoever is active now, or for nobody. */
  readonly asWaiting: (connected: Connected) => Connected;
}

/** Remembers who waits for a connection of a pool, which hands it over in the context of whoever has given it back. */
export const createHandedOver = ({ caller: active }: Pick<CallObserver, 'caller'>): HandedOver => {
  /** For the time of one synchronous call: who waited, or that it was nobody. */
  let waited: object | null | undefined;
  /** Who was active when that call began, and is not the caller. */
  let waitedIn: object | undefined;

  /** Where another has become active since the connection was handed over, it is the caller. */
  const asking = (): object | null => {
    const now = active();
    return waited !== undefined && now === waitedIn ? waited : (now ?? null);
  };

  const asWaiting = (connected: Connected): Connected => {
    const caller = asking();
    return function (...results) {
      const [outer, outerIn] = [waited, waitedIn];
      waitedIn = active();
      waited = caller;
      try {
        return Reflect.apply(connected, this, results);
      } finally {
        waited = outer;
        waitedIn = outerIn;
      }
    };
  };

  return { asking, asWaiting };
};
