/** What takes log records out of the process: one file of its own, loaded when they go anywhere. */

export { createLogTrail } from '../errors/log-trail.ts';
export { createRedaction } from '../redaction/redaction.ts';
export { emitInto } from './foreign-provider.ts';
export { createLogging } from './logging.ts';
