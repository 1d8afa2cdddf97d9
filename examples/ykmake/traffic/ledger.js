/** What was asked and answered, counted by method, route and status: the tests compare it with the metrics. */
export function createLedger() {
  const counts = new Map();
  return {
    count(method, route, status) {
      const key = `${method} ${route} ${status}`;
      const entry = counts.get(key) ?? { method, route, status, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    },
    entries: () => [...counts.values()],
    summary: () => summary([...counts.values()]),
  };
}

function summary(entries) {
  const byStatus = new Map();
  for (const { status, count } of entries) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  const parts = [...byStatus].sort().map(([status, count]) => `${count} × ${status}`);
  return `${total} requests: ${parts.join(', ')}`;
}
