import type { RouteCase, Row } from './ledger.ts';

export const row = (kind: RouteCase, request: string, path: string, status: number): Row => ({
  ...{ case: kind, request, path, status },
});

/** Where the framework tells no route. */
export const folded = (...parameters: Parameters<typeof row>): Row => ({
  ...row(...parameters),
  folded: true,
});
