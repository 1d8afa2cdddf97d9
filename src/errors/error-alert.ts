import type { Json, JsonObject } from '../redaction/redaction.ts';
import type { Alert } from './alert.ts';
import type { ErrorReport, ReportedException } from './report.ts';

/**
 * The alert about an error, with what a person looks for first; Sentry has the rest.
 *
 * @param hasEvent its event goes to Sentry: an id that is nowhere to be found is not shown
 */
export const errorAlert = (report: ErrorReport, title: string, hasEvent: boolean): Alert => {
  const { severity, time, trace, exceptions, repeats } = report;
  return {
    ...{ severity, title, time, trace },
    message: described(exceptions[0]),
    details: detailsOf(report, hasEvent),
    ...(repeats !== undefined && { repeats }),
  };
};

/** What has the same name as one of ours is shown as `context.<name>`. */
const detailsOf = (report: ErrorReport, hasEvent: boolean): JsonObject => {
  const { exceptions, request, user, context, eventId } = report;
  const stack = stackText(exceptions);
  const ours: readonly (readonly [name: string, value: Json | undefined])[] = [
    ['stack', stack === '' ? undefined : stack],
    ['method', request?.method],
    ['route', request?.route],
    ['status', request?.status],
    ['user', user],
  ];
  const names = new Set([...ours.map(([name]) => name), 'eventId']);
  const given = Object.entries(context).map(
    ([name, value]) => [names.has(name) ? `context.${name}` : name, value] as const,
  );
  const all = [...ours, ...given, ['eventId', hasEvent ? eventId : undefined] as const];
  return Object.fromEntries(all.filter((entry): entry is [string, Json] => entry[1] !== undefined));
};

const described = ({ type, message }: ReportedException): string =>
  message === '' ? type : `${type}: ${message}`;

/** Frames of an error, when it is the only one and when there are others; characters of what stands before them. */
const limits = { frames: 20, framesOfEach: 8, head: 300 };

/** The stacks of all, the outermost first; empty: there is none. */
const stackText = (exceptions: ErrorReport['exceptions']): string => {
  if (exceptions.every(({ stack }) => stack === undefined)) return '';
  const frames = exceptions.length === 1 ? limits.frames : limits.framesOfEach;
  return exceptions
    .map(exception => {
      const { parent, stack = described(exception) } = exception;
      return `${parent === undefined ? '' : `[${parent.name}]: `}${shortened(stack, frames)}`;
    })
    .join('\n');
};

/** A long message must not take the place of the frames, nor all frames that of the causes. */
const shortened = (stack: string, most: number): string => {
  const start = /\n\s+at /.exec(stack)?.index ?? stack.length;
  const frames = stack.slice(start + 1).split('\n');
  const head = stack.slice(0, start);
  return [
    head.length > limits.head ? `${head.slice(0, limits.head)}…` : head,
    ...(start === stack.length ? [] : frames.slice(0, most)),
    ...(frames.length > most ? [`    … ${frames.length - most} more`] : []),
  ].join('\n');
};
