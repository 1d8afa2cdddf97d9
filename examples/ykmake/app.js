/** YkMake: users, projects and tasks on PostgreSQL. What is measured in it, the preload measures from outside. */
import { once } from 'node:events';
import { logger } from '@ykmake/monitoring';
import { openDatabase } from './database.js';
import { createApplication } from './server.js';
import { StartError } from './start-error.js';

try {
  const host = process.env.HOST || '127.0.0.1';
  const port = portFrom(process.env.PORT);
  const database = await openDatabase(process.env.DATABASE_URL);
  try {
    const server = await listen(createApplication(database.pool), host, port);
    const address = `http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}`;
    console.log(`YkMake listens on ${address}`);
    logger.info('started', { address, node: process.version });
    endWithParent();
  } catch (error) {
    await database.close();
    throw error;
  }
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

function portFrom(text = '3000') {
  const port = Number(text || 3000);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new StartError(`PORT is "${text}", which is no port: set a number from 0 (any free port) to 65535.`);
}

async function listen(application, host, port) {
  const server = application.listen(port, host);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    const where = `YkMake cannot listen on ${host}:${port}`;
    if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL')
      throw new StartError(
        `${where}: that is no address of this machine. Set HOST to one of them, or to 0.0.0.0 for all, or unset it for 127.0.0.1.`,
      );
    const reason = { EADDRINUSE: 'the port is taken', EACCES: 'this user may not open it' }[error.code];
    throw new StartError(
      `${where}: ${reason ?? error.message}. ` +
        `Stop the program that uses it or choose another port, for example PORT=${port + 1}.`,
    );
  }
}

/** Started by another program with a channel to it (start.js): end when that program does. */
function endWithParent() {
  const end = () => process.kill(process.pid, 'SIGTERM');
  if (process.connected === false) end();
  else process.once('disconnect', end);
}
