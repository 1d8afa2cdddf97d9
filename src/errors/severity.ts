/** How important an alert is. */
export const AlertSeverity = {
  INFO: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'critical',
} as const;

/** From the least to the most important. */
export const alertSeverities: readonly AlertSeverity[] = Object.values(AlertSeverity);

export type AlertSeverity = (typeof AlertSeverity)[keyof typeof AlertSeverity];
