/**
 * A traffic generator for YkMake, in a process of its own:
 *
 *     node examples/ykmake/traffic.js http://127.0.0.1:3000 --rate 20
 *
 * With `--calm` nobody asks for what fails or takes long.
 * Over IPC it answers 'ledger' with what it has counted so far; 'stop', SIGINT, SIGTERM or the end of its
 * parent let it finish the requests under way, report its ledger and end.
 */
import { parseArgs } from 'node:util';
import { createClient } from './traffic/client.js';
import { createLedger } from './traffic/ledger.js';
import { chooseVisit, createVisits } from './traffic/visits.js';

/** Requests under way at once, at most: a server that hangs must not fill this process. */
const MOST_AT_ONCE = 100;

const { address, rate, calm } = readArguments();
const client = createClient(address);
const ledger = createLedger();
const visits = createVisits({ calm });
const underWay = new Set();
let timer;

process.on('message', message => {
  if (message === 'ledger') process.send({ ledger: ledger.entries() });
  if (message === 'stop') void stop();
});
process.once('disconnect', stop);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
schedule();

/** Visitors come independently of each other: the time between two is distributed exponentially. */
function schedule() {
  timer = setTimeout(
    () => {
      schedule();
      if (underWay.size >= MOST_AT_ONCE) return;
      const request = visit().finally(() => underWay.delete(request));
      underWay.add(request);
    },
    (-Math.log(1 - Math.random()) / rate) * 1000,
  );
}

async function visit() {
  const { request, answered } = chooseVisit(visits);
  const { status, body } = await client.send(request);
  ledger.count(request.method, request.route, status);
  answered?.(status, body);
}

async function stop() {
  clearTimeout(timer);
  process.removeAllListeners('message');
  await Promise.all(underWay);
  client.close();
  if (process.connected) process.send({ ledger: ledger.entries() }, () => process.disconnect());
  else if (process.stdout.isTTY) console.log(ledger.summary());
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { rate: { type: 'string', default: '20' }, calm: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const rate = Number(values.rate);
    if (positionals.length !== 1 || !URL.canParse(positionals[0]) || !(rate > 0))
      throw new Error('bad arguments');
    return { address: new URL(positionals[0]), rate, calm: values.calm };
  } catch {
    console.error('Usage: node traffic.js http://127.0.0.1:3000 [--rate requests-per-second] [--calm]');
    process.exit(1);
  }
}
