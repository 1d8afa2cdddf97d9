import type { Span } from '@opentelemetry/api';
import type { LogTrace } from '../logs/record.ts';
import { failureOf, isLateFailure } from './failure.ts';
import type { Answer, EndedRequest } from './lifetime.ts';
import type { OnLateError, RequestObservation } from './observation.ts';
import { traceOf } from './request-trace.ts';

/** A request that has failed in a way that its application did not mean. */
export interface RequestFailure {
  /** What was thrown or passed on; `undefined`: a 5xx answer without an error. */
  readonly error: unknown;
  /** Method, route and target of the request. */
  readonly observation: RequestObservation;
  /** Of the answer; 499 where the connection was closed before there was one. */
  readonly status: number;
  /** Of its span, recorded or not; where there is none, what its caller has sent, sampled or not. */
  readonly trace: LogTrace | undefined;
  /** `user.id` of its span, or `enduser.id`, if the application has set it and the span records. */
  readonly user: string | undefined;
}

export type OnRequestFailure = (failure: RequestFailure) => void;

/** Tells of each request that fails, once: at its end, or with the first error that comes after it. */
export const createRequestFailures = (
  onRequestFailure: OnRequestFailure,
  onFailure: (hook: string, error: unknown) => void,
): { readonly onEnd: (ended: EndedRequest, response: Answer) => void; onLateError: OnLateError } => {
  const tell = (observation: RequestObservation, status: number, error: unknown): void => {
    observation.isFailureTold = true;
    const user = userOf(observation.span);
    onRequestFailure({ error, observation, status, trace: traceOf(observation), user });
  };
  return {
    onEnd: (ended, response) => {
      try {
        const failure = failureOf(ended, response);
        if (failure !== undefined) tell(ended.observation, ended.status, failure.error);
      } catch (error) {
        onFailure('request failure', error);
      }
    },
    onLateError: (observation, error) => {
      try {
        const { error: known, isFailureTold, status } = observation;
        // One that is known was there before the answer, which has answered it.
        if (isFailureTold || error === known || status === undefined || !isLateFailure(error)) return;
        tell(observation, status, error);
      } catch (failure) {
        onFailure('request failure', failure);
      }
    },
  };
};

/** Source: semantic conventions, user attributes; `enduser.id` is what it was called before. */
const userOf = (span: Span | undefined): string | undefined => {
  const attributes = (span as { readonly attributes?: Readonly<Record<string, unknown>> } | undefined)
    ?.attributes;
  const id = attributes?.['user.id'] ?? attributes?.['enduser.id'];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
};
