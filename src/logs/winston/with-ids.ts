import { idNames, lineIds } from '../line-ids.ts';
import type { LogTrace } from '../record.ts';
import type { Info } from './info.ts';

export interface MarkedInfo {
  readonly info: Info;
  /** Takes the ids off the application's own object. */
  readonly release?: () => void;
}

/**
 * The info with the ids of the trace, unless the application has set some itself.
 *
 * The object may be the application's own, and be logged again outside of any trace. So a plain one is copied, which
 * also serves transports that read it later; any other, such as an error, is what it is by its identity, and has the
 * ids only while the line is made. Never throws: what cannot be read or changed stays as it is.
 */
export const withIds = (info: Info, trace: LogTrace): MarkedInfo => {
  try {
    if (info.trace_id !== undefined || info.span_id !== undefined) return { info };
    const ids = lineIds(trace);
    if (Object.getPrototypeOf(info) === Object.prototype) {
      const copy: Info = { ...info, ...ids };
      if (Object.isExtensible(info)) return { info: copy };
      return { info: Object.isFrozen(info) ? Object.freeze(copy) : Object.preventExtensions(copy) };
    }
    if (!Object.isExtensible(info)) return { info };
    Object.assign(info, ids);
    return { info, release: () => release(info, ids.span_id) };
  } catch {
    return { info };
  }
};

const release = (info: Info, spanId: string): void => {
  try {
    if (info.span_id !== spanId) return;
    for (const name of idNames) delete info[name];
  } catch {
    // A setter or trap of the application that throws.
  }
};
