import type { Alert } from './alert.ts';
import type { Clock } from './clock.ts';
import { withPatience } from './patience.ts';
import { type AlertSeverity, alertSeverities } from './severity.ts';
import type { Sink, SinkOutcome } from './sink.ts';

/** What became of an alert: each has exactly one of these. Those of `SinkOutcome` are counted by the sink. */
export type AlertOutcome =
  | SinkOutcome
  /** Less important than what is posted. */
  | 'below_severity'
  | 'not_configured'
  /** Only counted: it is told together with others like it, or too few of them have come. */
  | 'repeated';

export interface AlertDeliveryOptions {
  /** `undefined`: none is set up. */
  readonly sink: () => Pick<Sink<Alert>, 'send'> | undefined;
  readonly minSeverity: AlertSeverity;
  readonly onOutcome: (outcome: Exclude<AlertOutcome, SinkOutcome>) => void;
  /** Told once of each alert that was not delivered; must not lead to another one. */
  readonly logFailure: (alert: Alert) => void;
  readonly onFailure: (error: unknown) => void;
  readonly clock: Pick<Clock, 'after' | 'hold'>;
}

/** Takes alerts to people. Nothing of it throws or rejects. */
export interface AlertDelivery {
  /** Whether one of this severity would go anywhere; counted where it would not. Asked before one is made. */
  readonly isWanted: (severity: AlertSeverity) => boolean;
  /**
   * Delivers one that is wanted. Settles when it is delivered or lost, and after three seconds at the latest.
   *
   * @param isAwaited by the application, which is kept alive meanwhile
   */
  readonly deliver: (alert: Alert, isAwaited: boolean) => Promise<void>;
}

export const createAlertDelivery = (options: AlertDeliveryOptions): AlertDelivery => {
  const { sink, minSeverity, onOutcome, logFailure, clock } = options;
  const least = alertSeverities.indexOf(minSeverity);
  const take = async (alert: Alert): Promise<void> => {
    if ((await sink()?.send(alert)) === false) logFailure(alert);
  };
  return {
    isWanted: severity => {
      const isBelow = alertSeverities.indexOf(severity) < least;
      if (isBelow) onOutcome('below_severity');
      else if (sink() === undefined) onOutcome('not_configured');
      else return true;
      return false;
    },
    deliver: (alert, isAwaited) =>
      withPatience(take(alert).catch(options.onFailure), undefined, isAwaited, clock),
  };
};
