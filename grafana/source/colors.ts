/** One meaning, one colour, on all dashboards. */
export const statusColors: Readonly<Record<string, string>> = {
  '2xx': 'green',
  '3xx': 'blue',
  '4xx': 'yellow',
  '499': '#8e8e8e',
  '5xx': 'red',
};

/** Shades of the class, for the codes that one meets; others have any colour. */
export const codeColors: Readonly<Record<string, string>> = {
  '200': 'green',
  '201': 'light-green',
  '204': 'dark-green',
  '301': 'blue',
  '302': 'light-blue',
  '304': 'dark-blue',
  '400': 'yellow',
  '401': 'light-yellow',
  '403': 'dark-yellow',
  '404': 'super-light-yellow',
  '409': 'semi-dark-yellow',
  '499': '#8e8e8e',
  '500': 'red',
  '502': 'light-red',
  '503': 'dark-red',
  '504': 'semi-dark-red',
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
