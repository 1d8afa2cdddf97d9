/** One meaning, one colour, on all dashboards. */
export const statusColors: Readonly<Record<string, string>> = {
  '2xx': 'green',
  '3xx': 'blue',
  '4xx': 'yellow',
  '499': '#8e8e8e',
  '5xx': 'red',
};

export const quantileColors: Readonly<Record<string, string>> = {
  p50: 'green',
  p95: 'orange',
  p99: 'red',
};

export const outcomeColors: Readonly<Record<string, string>> = {
  sent: 'green',
  ok: 'green',
  repeated: 'blue',
  digest: 'light-blue',
  left: 'purple',
  below_severity: '#8e8e8e',
  not_configured: '#8e8e8e',
  unauthorized: 'orange',
  dropped: 'orange',
  failed: 'red',
};
