import { type Kind, repeatsOf } from './flood/flood-control.ts';
import type { ErrorReport, ReportedException } from './report.ts';

/** What is kept of an error that was reported, for the digest of those like it. */
export interface Kept {
  readonly report: ErrorReport;
  /** People have been told of it. */
  isAlerted: boolean;
}

/** In place of errors of which there were too many different ones. */
const others: ReportedException = {
  type: 'Errors',
  message: 'Errors of many other kinds',
  stack: undefined,
  properties: {},
};

/** Characters of a stack, and errors of a report, that are kept for a digest. */
const keptStack = 4_096;
const keptExceptions = 3;

/** What it has in common with those like it, of bounded size, as hundreds are kept; its trace is an example. */
export const keptOf = (report: ErrorReport): ErrorReport => {
  const [first, ...others] = report.exceptions;
  const shorter = (exception: typeof first): typeof first => ({
    ...exception,
    stack: exception.stack?.slice(0, keptStack),
    properties: {},
  });
  return {
    ...report,
    exceptions: [shorter(first), ...others.slice(0, keptExceptions - 1).map(shorter)],
    request: report.request && { ...report.request, url: undefined },
    user: undefined,
    context: {},
  };
};

/** The report about errors like one that was reported, of a window that has lasted so many milliseconds. */
export const digestOf = (
  { report }: Kept,
  kind: Kind<Kept>,
  ms: number,
  identity: Pick<ErrorReport, 'eventId' | 'time'>,
): ErrorReport => ({
  ...report,
  ...identity,
  repeats: { count: repeatsOf(kind), ms },
  ...(kind.isOthers && { exceptions: [others], trace: undefined, request: undefined }),
});
