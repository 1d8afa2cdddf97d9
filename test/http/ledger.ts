/** What a load generator did, as `http_requests_total` has to show it: printed labels to count. */
export interface Ledger {
  add(method: string, path: string, status: number | string, times?: number): void;
  readonly expected: Readonly<Record<string, number>>;
}

export const createLedger = (): Ledger => {
  const expected: Record<string, number> = {};
  return {
    add: (method, path, status, times = 1) => {
      const labels = `{method="${method}",path="${path.replace(/["\\]/g, '\\$&')}",status="${status}"}`;
      expected[labels] = (expected[labels] ?? 0) + times;
    },
    expected,
  };
};
