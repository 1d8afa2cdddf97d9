/** All bridges from loggers: a file of its own, read when the application loads one of them. */
export { patchBunyan } from './bunyan.ts';
export { bridgeConsole } from './console.ts';
export { patchPino } from './pino.ts';
export { patchWinstonConsole } from './winston/console-transport.ts';
export { patchWinston } from './winston/patch.ts';
