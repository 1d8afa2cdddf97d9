/** The load generator, a process of its own: answers each message with `done` when all its requests are answered. */
import { send, type Traffic } from './traffic.ts';

/**
 * While there is load it never sleeps: to wake a sleeping client costs the server's system call microseconds, and how
 * often it sleeps depends on how fast the server is.
 */
let isBusy = false;
const stayAwake = (): void => {
  if (isBusy) setImmediate(stayAwake);
};

process.on('message', async (traffic: Traffic) => {
  isBusy = true;
  stayAwake();
  await send(traffic);
  isBusy = false;
  process.send?.('done');
});
