/**
 * A preload that gives the application troubles from within, when it is told: `{ stall: milliseconds }` holds the event
 * loop once, `{ garbage: milliseconds }` collects garbage all that time, `{ call: url }` asks another service,
 * `{ nonsense: true }` tells the observers of requests of one that is none.
 */
import { channel } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('message', ({ stall, garbage, call, nonsense }) => {
  if (stall !== undefined) hold(stall);
  if (garbage !== undefined) litter(performance.now() + garbage);
  if (call !== undefined) void ask(call);
  if (nonsense) channel('http.server.request.start').publish({});
});

function hold(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function litter(end) {
  collect();
  if (performance.now() < end) setImmediate(litter, end);
}

async function ask(url) {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.arrayBuffer();
}
