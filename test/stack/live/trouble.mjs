/**
 * A preload that gives the application troubles from within, when it is told: `{ stall: milliseconds }` holds the event
 * loop again and again in that time, `{ garbage: milliseconds }` collects garbage all that time, `{ call: url }` asks another service,
 * `{ nonsense: true }` tells the observers of requests of one that is none.
 */
import { channel } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

let stallUntil = 0;
let isStalling = false;

process.on('message', ({ stall, garbage, call, nonsense }) => {
  if (stall !== undefined) {
    stallUntil = performance.now() + stall;
    if (!isStalling) hold();
  }
  if (garbage !== undefined) litter(performance.now() + garbage);
  if (call !== undefined) void ask(call);
  if (nonsense) channel('http.server.request.start').publish({});
});

/** With time in between: a page that is scraped must come within a second. */
function hold() {
  const end = performance.now() + 280;
  while (performance.now() < end);
  isStalling = performance.now() < stallUntil;
  if (isStalling) setTimeout(hold, 120);
}

function litter(end) {
  collect();
  if (performance.now() < end) setImmediate(litter, end);
}

async function ask(url) {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.arrayBuffer();
}
