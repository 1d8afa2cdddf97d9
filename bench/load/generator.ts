/** The load generator, a process of its own: answers each message with `done` when all its requests are answered. */
import { send, type Traffic } from './traffic.ts';

process.on('message', async (traffic: Traffic) => {
  await send(traffic);
  process.send?.('done');
});
