import { logger } from '@ykmake/monitoring';

/** An answer other than success that a route decides on. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The row that must exist. */
export function found(row, name) {
  if (row === undefined) throw new HttpError(404, `There is no such ${name}.`);
  return row;
}

export function notFound(request) {
  throw new HttpError(404, `Nothing answers ${request.method} ${request.path}.`);
}

/** The error handler: Express knows it by its four parameters. */
export function answerError(error, request, response, next) {
  if (response.headersSent) return next(error);
  const { status, message } = describe(error);
  if (status >= 500) logger.error(`${request.method} ${request.path} failed:`, error);
  response.status(status).json({ error: message });
}

const CONFLICTS = {
  23503: 'It refers to something that is not there, or is still referred to.', // foreign_key_violation
  23505: 'This already exists.', // unique_violation
};

function describe(error) {
  if (error.code in CONFLICTS) return { status: 409, message: CONFLICTS[error.code] };
  // Our own errors and those of Express (a body that is no JSON, a path that cannot be decoded).
  if (error.status < 500) return { status: error.status, message: error.message };
  return { status: 500, message: 'Something went wrong on our side.' };
}
