/**
 * The embedded database: PGlite behind its socket server, in memory, on a free port. It runs in a process
 * of its own because WebAssembly would block the application's event loop, and it ends with its parent.
 */
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {}); // Ctrl-C reaches the whole process group; the application ends first.
if (!process.connected) process.exit();

const server = new PGLiteSocketServer({ db: await PGlite.create(), port: 0, maxConnections: 16 });
await server.start();
process.send?.({ url: `postgres://postgres@${server.getServerConn()}/postgres?sslmode=disable` });
