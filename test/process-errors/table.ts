/** How a process ends, or survives, and what is told of it. */
export interface Row {
  /** In test/fixtures/process-errors/ways.cjs. */
  readonly way: string;
  /** Of node. */
  readonly options?: readonly string[];
  /** Sent once it is ready. */
  readonly signal?: NodeJS.Signals;
  /** Exactly these; plain Node.js says what else is to be seen. */
  readonly told: readonly string[];
}

const thrown = 'Error: thrown';
const object = 'object {"rejected":1}';
const mode = (name: string): readonly string[] => [`--unhandled-rejections=${name}`];

export const table: readonly Row[] = [
  // Node.js itself calls it so: under a preload by `--import` the main module runs in a promise.
  { way: 'throw in main', told: [`unhandledRejection fatal ${thrown}`] },
  { way: 'throw in a timer', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw in a request handler', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw of a string', told: ['uncaughtException fatal string "thrown text"'] },
  { way: 'throw of an object', told: ['uncaughtException fatal object {"thrown":1}'] },
  { way: 'throw of undefined', told: ['uncaughtException fatal undefined undefined'] },
  { way: 'throw of a hostile proxy', told: ['uncaughtException fatal cannot be described'] },
  { way: 'rejection with an error', told: ['unhandledRejection fatal Error: rejected'] },
  { way: 'rejection with a string', told: ['unhandledRejection fatal string "rejected text"'] },
  { way: 'rejection with an object', told: [`unhandledRejection fatal ${object}`] },
  { way: 'rejection with undefined', told: ['unhandledRejection fatal undefined undefined'] },
  { way: 'rejection with an AbortError', told: ['unhandledRejection fatal AbortError: stopped'] },
  { way: 'throw in a context', told: [`uncaughtException fatal ${thrown} in its context`] },
  {
    way: 'rejection in a context',
    told: ['unhandledRejection fatal string "rejected text" in its context'],
  },
  {
    way: 'rejection in a context',
    options: mode('warn'),
    told: ['unhandledRejection string "rejected text" in its context'],
  },
  { way: 'rejection that is handled later', told: ['unhandledRejection fatal Error: rejected'] },
  { way: 'rejection, handled in time', told: [] },
  { way: 'two rejections', told: ['unhandledRejection fatal string "first"'] },
  {
    way: 'two rejections, with a listener of errors',
    told: ['unhandledRejection string "first"', 'unhandledRejection Error: second'],
  },
  { way: 'rejection, with a listener of errors', told: [`unhandledRejection ${object}`] },
  { way: 'rejection, with a listener of rejections', told: ['unhandledRejection string "rejected text"'] },
  {
    way: 'rejection, with a listener of rejections that exits',
    told: ['unhandledRejection string "rejected text"'],
  },
  {
    way: 'rejection, with a listener of rejections that throws',
    told: ['unhandledRejection Error: rejected', 'uncaughtException fatal Error: second'],
  },
  { way: 'throw, with a listener that survives', told: [`uncaughtException ${thrown}`] },
  { way: 'throw, with a listener that exits with 3', told: [`uncaughtException ${thrown}`] },
  { way: 'throw, with a listener that exits later', told: [`uncaughtException ${thrown}`] },
  // Exit code 7. Node.js tells nobody of the second error, and prints it.
  { way: 'throw, with a listener that throws', told: [`uncaughtException ${thrown}`] },
  {
    way: 'throw, with a listener, once, and a second throw',
    told: [`uncaughtException ${thrown}`, 'uncaughtException fatal Error: second'],
  },
  { way: 'throw, with a monitor', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw, with a capture callback', told: [`uncaughtException ${thrown}`] },
  // Exit code 7, and no code runs any more: what waits is lost.
  { way: 'throw, with a capture callback that throws', told: [] },
  { way: 'throw in a domain', told: [`uncaughtException ${thrown}`] },
  { way: 'throw in a domain without a listener', told: [`uncaughtException fatal ${thrown}`] },
  // The domain is told instead of the process.
  { way: 'rejection in a domain', told: [] },
  { way: 'throw with exitCode = 4', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw with exitCode = 4 at exit', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw, and one more in a listener of exit', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw in a listener of exit', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw in a worker thread', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw in a worker thread, with a listener', told: [] },
  { way: 'throw in a child of cluster', told: [`uncaughtException fatal ${thrown}`] },
  { way: 'throw, caught by winston', told: [`uncaughtException ${thrown}`] },
  { way: 'a warning', told: ['warning OwnWarning: beware', 'warning DeprecationWarning: old'] },
  {
    way: 'a warning',
    options: ['--no-warnings'],
    told: ['warning OwnWarning: beware', 'warning DeprecationWarning: old'],
  },
  {
    way: 'a warning',
    options: ['--trace-warnings'],
    told: ['warning OwnWarning: beware', 'warning DeprecationWarning: old'],
  },
  { way: 'a warning', options: ['--no-deprecation'], told: ['warning OwnWarning: beware'] },
  {
    way: 'a warning',
    options: ['--throw-deprecation'],
    told: ['warning OwnWarning: beware', 'uncaughtException fatal DeprecationWarning: old'],
  },
  { way: 'process.exit(3)', told: [] },
  { way: 'process.exit in a request', told: [] },
  { way: 'exitCode = 4', told: [] },
  { way: 'work after beforeExit', told: [] },
  { way: 'wait', signal: 'SIGTERM', told: [] },
  { way: 'wait', signal: 'SIGINT', told: [] },
  { way: 'wait, with a listener of SIGTERM', signal: 'SIGTERM', told: [] },
  { way: 'wait, with a listener of SIGTERM', signal: 'SIGINT', told: [] },
  {
    way: 'wait, with a listener of SIGTERM that throws',
    signal: 'SIGTERM',
    told: [`uncaughtException fatal ${thrown}`],
  },
  {
    way: 'wait, and throw 200 ms after SIGTERM',
    signal: 'SIGTERM',
    told: [`uncaughtException fatal ${thrown}`],
  },
  { way: 'throw in main', options: ['--abort-on-uncaught-exception'], told: [] },
];

const rejections = [
  'rejection with an error',
  'rejection with an object',
  'rejection, with a listener of errors',
  'rejection, with a listener of rejections',
  'two rejections, with a listener of errors',
];
/** What is told of each of `rejections` where Node.js lets them be. */
const survived = [
  ['unhandledRejection Error: rejected'],
  [`unhandledRejection ${object}`],
  [`unhandledRejection ${object}`],
  ['unhandledRejection string "rejected text"'],
  ['unhandledRejection string "first"', 'unhandledRejection Error: second'],
];
/** An error that Node.js makes of what is none: of an object it says nothing. */
const made = (value: string): string =>
  `UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${value}".`;

/** Each mode of Node.js; the default one is `throw`. */
export const modes: readonly Row[] = [
  ...['warn', 'warn-with-error-code', 'none'].flatMap(name =>
    rejections.map((way, index) => ({ way, options: mode(name), told: survived[index] ?? [] })),
  ),
  ...[
    ['unhandledRejection fatal Error: rejected'],
    [`unhandledRejection fatal ${object}`],
    [`unhandledRejection ${object}`],
    ['unhandledRejection string "rejected text"'],
    ['unhandledRejection string "first"', 'unhandledRejection Error: second'],
  ].map((told, index) => ({ way: rejections[index] ?? '', options: mode('throw'), told })),
  ...[
    ['unhandledRejection fatal Error: rejected'],
    [`unhandledRejection fatal ${made('#<Object>')}`],
    [`unhandledRejection ${made('#<Object>')}`],
    [`unhandledRejection fatal ${made('rejected text')}`],
    [`unhandledRejection ${made('first')}`, 'unhandledRejection Error: second'],
  ].map((told, index) => ({ way: rejections[index] ?? '', options: mode('strict'), told })),
];
