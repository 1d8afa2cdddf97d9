/** What prometheus/rules records, and Prometheus itself about alerts. */
export const objective = 'slo:objective:ratio';
export const budgetRemaining = 'job_slo:error_budget_remaining:ratio';

export type Window = '5m' | '30m' | '1h' | '2h' | '6h' | '1d' | '3d' | '30d';
export const errorRatio = (window: Window): string => `job_slo:error_ratio:rate${window}`;

/** Watchdog always fires: that it does is its message. */
/** When an alert became pending, in seconds since 1970. */
export const since = 'ALERTS_FOR_STATE';
export const firing = 'ALERTS{alertstate="firing",alertname!="Watchdog"}';
