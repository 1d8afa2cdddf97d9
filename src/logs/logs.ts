/** What takes log records out of the process: one file of its own, loaded when they go anywhere. */

export { emitInto } from './foreign-provider.ts';
export { createLogging } from './logging.ts';
export { createPlainRedaction } from './plain-redaction.ts';
