/** What one try to deliver an item led to. */
export type Attempt =
  | { readonly kind: 'sent' }
  /** The service did not take it now, and may later: 429, 5xx, no answer. */
  | { readonly kind: 'later'; readonly error: Error; readonly waitMs?: number }
  /** The service does not take this one: another try is of no use, another item may be taken. */
  | { readonly kind: 'refused'; readonly error: Error }
  /** The service takes nothing from us: a bad token, a channel that is gone. */
  | { readonly kind: 'closed'; readonly error: Error };
