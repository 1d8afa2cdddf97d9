import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { failureOf } from '../../src/http/failure.ts';
import { createObservation, noteError, type RequestObservation } from '../../src/http/observation.ts';
import { createRequestFailures, type RequestFailure } from '../../src/http/request-failures.ts';
import { createRootScope } from '../../src/http/route-scope.ts';

const boom = new Error('boom');
const withCode = (code: string): Error => Object.assign(new Error(code), { code });

/** How a connection ended, as its response tells. */
interface Connection {
  /** What the response was destroyed with. */
  readonly errored?: Error;
  /** The client has closed its side. */
  readonly hasLeft?: boolean;
  /** The connection failed. */
  readonly failed?: Error;
}

const responseOf = ({ errored, hasLeft = false, failed = errored }: Connection): ServerResponse =>
  ({
    errored: errored ?? null,
    req: { socket: { readableEnded: hasLeft, errored: failed ?? null } },
  }) as unknown as ServerResponse;

const failure = (
  status: number,
  error?: unknown,
  connection?: Connection,
  {
    isReported = false,
    isErrorInAnswer = true,
    loggedError,
    route,
  }: { isReported?: boolean; isErrorInAnswer?: boolean; loggedError?: Error; route?: string } = {},
): { readonly error: unknown } | undefined =>
  failureOf(
    {
      observation: { error, isErrorInAnswer, isReported, loggedError, route },
      status,
      aborted: connection !== undefined,
    },
    responseOf(connection ?? {}),
  );

test('a stream that still writes over HTTP/2 when its client has gone (Node.js 22.15) has not failed', () => {
  const late = withCode('ERR_STREAM_WRITE_AFTER_END');
  assert.equal(failure(200, undefined, { errored: late, hasLeft: true }), undefined);
  assert.deepEqual(failure(200, undefined, { errored: late }), { error: late });
});

test('501 to a method that no route knows: any client can have that, so it is no failure', () => {
  assert.equal(failure(501), undefined);
  assert.deepEqual(failure(501, boom), { error: boom });
  assert.deepEqual(failure(501, undefined, undefined, { route: '/reports' }), { error: undefined });
});

test('an answer: from 500 on it is a failure, whatever was thrown', () => {
  assert.deepEqual(failure(500, boom), { error: boom });
  assert.deepEqual(failure(503), { error: undefined });
  assert.deepEqual(failure(500, 'a string'), { error: 'a string' });
  assert.deepEqual(
    failure(500, Object.assign(new Error('no'), { status: 404 }))?.error instanceof Error,
    true,
  );
  // The error of another connection is no echo of a client that is there to be answered.
  assert.notEqual(failure(502, withCode('ECONNRESET')), undefined);
  for (const status of [200, 304, 400, 404, 422, 499]) {
    assert.equal(failure(status, boom), undefined);
    assert.equal(failure(status), undefined);
  }
});

test('an answer without an error is none where the application has reported one itself', () => {
  assert.equal(failure(500, undefined, undefined, { isReported: true }), undefined);
  const logged = { isReported: true, loggedError: new Error('another') };
  assert.deepEqual(failure(500, undefined, undefined, logged), { error: undefined });
  assert.deepEqual(failure(500, boom, undefined, { isReported: true }), { error: boom });
});

test('a connection that was cut: only with an error, and only one of the application', () => {
  assert.equal(failure(200, undefined, {}), undefined);
  assert.equal(failure(499, undefined, { hasLeft: true }), undefined);
  assert.deepEqual(failure(200, boom, {}), { error: boom });
  assert.deepEqual(failure(200, undefined, { errored: boom }), { error: boom });
  assert.deepEqual(failure(499, undefined, { errored: boom }), { error: boom });
  // It had failed already when its client left, too.
  assert.deepEqual(failure(499, boom, { hasLeft: true }), { error: boom });
  assert.deepEqual(failure(200, boom, { failed: withCode('ECONNRESET') }), { error: boom });
  // What says itself that the client is to blame.
  assert.equal(failure(499, Object.assign(new Error('request aborted'), { status: 400 }), {}), undefined);
});

test('an error that was answered below 500 is none, though the answer was cut off; the next one is', () => {
  const answered = { isErrorInAnswer: false };
  assert.equal(failure(200, boom, {}, answered), undefined);
  assert.deepEqual(failure(499, boom, {}, answered), { error: boom });
  assert.deepEqual(failure(200, withCode('EIO'), { errored: boom }, answered), { error: boom });

  const other = new Error('other');
  const open = { headersSent: false, statusCode: 200 };
  const noted = (...errors: readonly (readonly [unknown, typeof open])[]): unknown => {
    const observation = createObservation('GET', '/', 0, createRootScope());
    for (const [error, response] of errors) noteError(observation, error, response);
    return [observation.error, observation.isErrorInAnswer];
  };
  const answering = (statusCode: number): typeof open => ({ headersSent: true, statusCode });
  assert.deepEqual(noted([boom, open], [other, open]), [boom, false]);
  assert.deepEqual(noted([boom, open], [boom, answering(200)]), [boom, false]);
  assert.deepEqual(noted([boom, open], [other, answering(200)]), [other, true]);
  assert.deepEqual(noted([boom, open], [other, answering(500)]), [boom, false]);
  assert.deepEqual(noted([boom, answering(200)], [other, answering(200)]), [boom, true]);
});

test('the echo of a client that has left is no failure; the same error, when it has not, is one', () => {
  const abort = new DOMException('This operation was aborted', 'AbortError');
  const echoes = [
    ...['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ABORT_ERR', 'ERR_CANCELED'].map(withCode),
    ...['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_UNABLE_TO_PIPE'].map(withCode),
    abort,
  ];
  for (const echo of echoes) {
    assert.equal(failure(200, echo, { hasLeft: true }), undefined, String(echo));
    assert.equal(failure(499, echo, { failed: withCode('ECONNRESET') }), undefined, String(echo));
    // An upstream that broke off, say, and its stream has destroyed the response.
    assert.deepEqual(failure(200, undefined, { errored: echo }), { error: echo }, String(echo));
  }
});

test('what was thrown is read with care', () => {
  const hostile = new Proxy(new Error('hostile'), {
    get: () => {
      throw new Error('not to be read');
    },
  });
  assert.deepEqual(failure(500, hostile), { error: hostile });
  assert.deepEqual(failure(200, hostile, { hasLeft: true }), { error: hostile });
  assert.deepEqual(failure(200, 'text', {}), { error: 'text' });
});

const observed = (tell: (failure: RequestFailure) => void) => {
  const failures = createRequestFailures(tell, (_hook, error) => assert.fail(String(error)));
  const observation = createObservation('GET', '/users/1', 0, createRootScope(), failures.onLateError);
  const end = (status: number, aborted = false): void => {
    observation.status = status;
    failures.onEnd({ observation, status, seconds: 0, aborted }, responseOf({ hasLeft: aborted }));
  };
  return { observation, end };
};

const errorsOf = (
  run: (observation: RequestObservation, end: (status: number, aborted?: boolean) => void) => void,
) => {
  const told: unknown[] = [];
  const { observation, end } = observed(({ error, status }) => told.push([status, error]));
  run(observation, end);
  return told;
};

test('an error after the end is told once, and only one that nobody has answered', () => {
  const other = new Error('other');
  const late = errorsOf((observation, end) => {
    end(499, true);
    noteError(observation, withCode('ERR_STREAM_DESTROYED'), undefined);
    noteError(observation, boom, undefined);
    noteError(observation, other, undefined);
  });
  assert.deepEqual(late, [[499, boom]]);

  const answeredBefore = errorsOf((observation, end) => {
    noteError(observation, boom, undefined);
    end(422);
    noteError(observation, boom, undefined);
  });
  assert.deepEqual(answeredBefore, []);

  const toldBefore = errorsOf((observation, end) => {
    noteError(observation, boom, undefined);
    noteError(observation, other, undefined);
    end(500);
    noteError(observation, other, undefined);
  });
  assert.deepEqual(toldBefore, [[500, boom]]);

  const refusedLate = errorsOf((observation, end) => {
    end(499, true);
    noteError(observation, Object.assign(new Error('request aborted'), { statusCode: 400 }), undefined);
  });
  assert.deepEqual(refusedLate, []);
});

test('what takes failures may fail: the request goes on, and it is counted', () => {
  const failed: string[] = [];
  const failures = createRequestFailures(
    () => {
      throw boom;
    },
    hook => failed.push(hook),
  );
  const observation = createObservation('GET', '/', 0, createRootScope(), failures.onLateError);
  failures.onEnd({ observation, status: 500, seconds: 0, aborted: false }, responseOf({}));
  assert.deepEqual(failed, ['request failure']);
});

test('of a request without a span, the trace is what its caller has sent, sampled or not', () => {
  const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 };
  const told: unknown[] = [];
  const { observation, end } = observed(({ trace, user }) => told.push(trace, user));
  observation.parent = parent;
  end(500);
  assert.deepEqual(told, [parent, undefined]);
});

test('the user is what the span of the request says', () => {
  const users: unknown[] = [];
  for (const attributes of [{ 'user.id': 'kim' }, { 'enduser.id': 7 }, { 'user.id': ['a'] }, undefined]) {
    const { observation, end } = observed(({ user }) => users.push(user));
    observation.span = { attributes, spanContext: () => undefined } as unknown as NonNullable<
      RequestObservation['span']
    >;
    end(500);
  }
  assert.deepEqual(users, ['kim', '7', undefined, undefined]);
});

test('a stream of HTTP/2: one that the client has reset is no failure, one that the application has destroyed is', () => {
  const ended = (errored: Error, isLeft: boolean): unknown =>
    failureOf(
      { observation: createObservation('GET', '/', 0, createRootScope()), status: 499, aborted: true },
      Object.assign(responseOf({ errored }), { isLeft }),
    );
  assert.equal(ended(withCode('ERR_HTTP2_STREAM_ERROR'), true), undefined);
  assert.equal(ended(withCode('ERR_STREAM_PREMATURE_CLOSE'), true), undefined);
  assert.deepEqual(ended(boom, true), { error: boom });
  const premature = withCode('ERR_STREAM_PREMATURE_CLOSE');
  assert.deepEqual(ended(premature, false), { error: premature });
});
