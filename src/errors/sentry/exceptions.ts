import { createStackParser, type Exception, type StackFrame } from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import type { ErrorReport, ErrorSource, ReportedException } from '../report.ts';
import { cut } from './limits.ts';

const parseStack = createStackParser(nodeStackLineParser());

/** How errors of each kind are caught, and whether the application has handled them, in the words of Sentry's SDK. */
const mechanisms: Readonly<Record<ErrorSource, { readonly type: string; readonly handled: boolean }>> = {
  captureError: { type: 'generic', handled: true },
  request: { type: 'middleware', handled: false },
  log: { type: 'logger', handled: true },
  uncaughtException: { type: 'onuncaughtexception', handled: false },
  unhandledRejection: { type: 'onunhandledrejection', handled: false },
};

/**
 * The errors of a report in Sentry's order: the one that was caught stands last, the innermost cause first. Source:
 * Sentry's developer documentation, "Exception Interface", and "Exception Groups" for how they point at each other.
 */
export const exceptionsOf = ({ exceptions, source }: ErrorReport): Exception[] => {
  const groups = new Set(
    exceptions.flatMap(({ parent }) => (parent?.name.startsWith('errors[') ? [parent.index] : [])),
  );
  const mechanismOf = (
    { parent }: ReportedException,
    index: number,
  ): NonNullable<Exception['mechanism']> => ({
    ...mechanisms[source],
    ...(exceptions.length > 1 && { exception_id: index }),
    ...(parent !== undefined && { type: 'chained', source: parent.name, parent_id: parent.index }),
    ...(groups.has(index) && { is_exception_group: true }),
  });
  return exceptions
    .map((exception, index): Exception => {
      const frames = framesOf(exception);
      return {
        type: cut(exception.type, 256),
        value: cut(exception.message, 8_192),
        mechanism: mechanismOf(exception, index),
        ...(frames.length > 0 && { stacktrace: { frames } }),
      };
    })
    .reverse();
};

/** The caller first, the place of the error last. */
const framesOf = ({ stack, message }: ReportedException): StackFrame[] => {
  if (stack === undefined) return [];
  // A message of several lines may hold what looks like a stack. One that was set afterwards is not in the first line.
  const [firstLine = ''] = message.split('\n', 1);
  const start = stack.slice(0, stack.indexOf('\n')).indexOf(firstLine);
  return parseStack(stack.startsWith(message, start) ? stack.slice(start + message.length) : stack);
};
