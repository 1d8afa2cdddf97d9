import { isError } from '../logs/exception.ts';
import type { LogTrace } from '../logs/record.ts';
import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import type { Alert } from './alert.ts';
import type { AlertDelivery, AlertDeliveryOptions } from './alert-delivery.ts';
import { type FloodControl, isFirst, type Kind, repeatsOf } from './flood/flood-control.ts';
import { type AlertSeverity, alertSeverities } from './severity.ts';

/**
 * Tells people something: an alert of the application's own.
 *
 * Never throws or rejects, whatever it is given: of what is no severity it makes `error`, of what is no text one. The
 * same alert (severity, title and message, numbers aside) goes out once in a window; its repeats are counted, and told
 * together at the end of the window. Settles when the alert is delivered or lost, at once when it is only counted, and
 * after three seconds at the latest: whoever awaits it while answering a request is not held by a Slack that hangs.
 */
export type SendAlert = (
  severity: AlertSeverity,
  title: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => Promise<void>;

export interface SendAlertOptions extends Pick<AlertDeliveryOptions, 'onOutcome'> {
  readonly delivery: AlertDelivery;
  readonly redaction: Pick<Redaction, 'text' | 'data'>;
  /** Keeps of each kind the alert that was told, for the digest of those like it. */
  readonly flood: (
    onWindowEnd: (kind: Kind<Alert>, ms: number) => boolean,
  ) => Pick<FloodControl<Alert>, 'count'>;
  /** From how many within a window on people are told; infinity: never. */
  readonly threshold: (severity: AlertSeverity) => number;
  readonly activeTrace: () => LogTrace | undefined;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly onFailure: (error: unknown) => void;
}

/** In place of alerts of which there were too many different ones. */
const others = {
  title: 'Other alerts',
  message: 'Alerts of many other kinds',
  details: {},
  trace: undefined,
};

/** Characters of title and message that are kept, as hundreds are. */
const longestKept = 1_024;

export const createSendAlert = (options: SendAlertOptions): SendAlert => {
  const { delivery, redaction, threshold, onOutcome } = options;

  const flood = options.flood((kind, ms) => {
    if (kind.kept === undefined) return false;
    const said = { ...kind.kept, ...(kind.isOthers && others) };
    void delivery.deliver(
      { ...said, time: options.wallClock(), repeats: { count: repeatsOf(kind), ms } },
      false,
    );
    return true;
  });

  const send = async (
    severity: AlertSeverity,
    title: string,
    message: string,
    details: unknown,
  ): Promise<void> => {
    if (!delivery.isWanted(severity)) return;
    const least = threshold(severity);
    const kind = flood.count({ name: foldedName(severity, title), message });
    if (kind !== undefined && isFirst(kind)) kind.wakeAt = least;
    if (kind === undefined || kind.kept !== undefined || kind.count < least) {
      onOutcome('repeated');
      return;
    }
    const alert: Alert = {
      ...{ severity, title: redaction.text(title), message: redaction.text(message) },
      details: asDetails(redaction.data(details)),
      ...{ time: options.wallClock(), trace: options.activeTrace() },
    };
    kind.kept = keptOf(alert);
    await delivery.deliver(alert, true);
  };

  return async (severity, title, message, details) => {
    try {
      await send(severityOf(severity), textOf(title, redaction), textOf(message, redaction), details);
    } catch (error) {
      options.onFailure(error);
    }
  };
};

const severityOf = (given: unknown): AlertSeverity =>
  alertSeverities.find(known => known === given) ?? 'error';

/** Flood control folds the numbers of messages only. */
const foldedName = (severity: AlertSeverity, title: string): string =>
  `${severity} ${title.slice(0, longestKept).replace(/\d+/g, '0')}`;

const textOf = (given: unknown, { data }: Pick<Redaction, 'data'>): string => {
  if (typeof given === 'string') return given;
  if (given === undefined || given === null) return '';
  const plain = data(given);
  if (typeof plain === 'string') return plain;
  return isError(given) && isObject(plain) ? `${plain.name}: ${plain.message}` : JSON.stringify(plain);
};

const asDetails = (given: Json): JsonObject => {
  if (given === null) return {};
  return isObject(given) ? given : { details: given };
};

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keptOf = (alert: Alert): Alert => ({
  ...alert,
  title: alert.title.slice(0, longestKept),
  message: alert.message.slice(0, longestKept),
  details: {},
});
