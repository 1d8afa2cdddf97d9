import type { LogTrace } from './record.ts';

/** A request that has been answered, or given up; as it was sent, nothing is redacted yet. */
export interface CompletedRequest {
  readonly method: string;
  /** As it came in, with its query. */
  readonly target: string;
  /** The route template that took it; `undefined`: none is known. */
  readonly route: string | undefined;
  /** 499 when the client went away before the response headers were sent. */
  readonly status: number;
  readonly seconds: number;
  /** The connection closed before the response was complete. */
  readonly aborted: boolean;
  readonly userAgent: string | undefined;
  /** Of the client, as far as it is known. */
  readonly address: string | undefined;
  readonly trace: LogTrace | undefined;
}
