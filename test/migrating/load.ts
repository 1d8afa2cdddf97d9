import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../child.ts';
import { abandoned, behind, type Sent, type Visit, visits } from './visits.ts';

/** Sends every kind of request one after another, then all of them three times at once, and says what was sent. */
export const sendLoad = async (url: string, app: Child): Promise<Sent> => {
  const sent = new Map<Visit, number>();
  const note = (visit: Visit): void => void sent.set(visit, (sent.get(visit) ?? 0) + 1);
  const visit = async (wanted: Visit): Promise<void> => {
    await send(url, wanted);
    note(wanted);
  };

  for (const wanted of visits) await visit(wanted);
  await Promise.all([...visits, ...visits, ...visits].map(visit));

  const sleeping = visit(behind.sleep);
  await pause(100);
  await Promise.all([sleeping, ...Array.from({ length: 4 }, () => visit(behind.health))]);

  const waiting = get(`${url}/waiting`).on('error', () => {});
  await app.output(/arrived: waiting/);
  waiting.destroy();
  await app.output(/gone: waiting/);
  note(abandoned.waiting);

  const [stream] = (await once(get(`${url}/stream`), 'response')) as [IncomingMessage];
  stream.on('error', () => {});
  await once(stream, 'data');
  stream.destroy();
  await app.output(/gone: stream/);
  note(abandoned.stream);
  return sent;
};

const send = async (url: string, { request, status, body }: Visit): Promise<void> => {
  const [method = '', target = ''] = request.split(' ');
  const response = await fetch(url + target, {
    method,
    redirect: 'manual',
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  await response.arrayBuffer();
  assert.equal(response.status, status, request);
};
