import http from 'node:http';

/** A browser's patience with an answer, in milliseconds. */
const PATIENCE = 30_000;

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} route the template that the application should report
 * @property {string} path
 * @property {unknown} [body] sent as JSON, or as it is when it is a text
 * @property {number} [userId] the user who asks
 * @property {number} [abortAfter] whole milliseconds after which the client goes away
 */

/** A client that keeps its connections alive. */
export function createClient(address) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  return {
    /**
     * @param {Request} request
     * @returns {Promise<{ status: string, body?: any }>} the status code; '499' when this client went away
     * before an answer came, as the server will call it; 'failed' when the connection broke
     */
    send: request => send(address, agent, request),
    close: () => agent.destroy(),
  };
}

function send(address, agent, { method, path, body, userId, abortAfter }) {
  return new Promise(resolve => {
    const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const headers = {
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...(userId !== undefined && { 'x-user-id': userId }),
    };
    const signal = AbortSignal.timeout(abortAfter ?? PATIENCE);
    const request = http.request(new URL(path, address), { method, agent, headers, signal });

    request.once('response', async response => {
      const status = String(response.statusCode);
      try {
        const chunks = await response.toArray();
        resolve({ status, body: parsed(Buffer.concat(chunks).toString()) });
      } catch {
        resolve({ status }); // The connection broke after the status line: the server counted it.
      }
    });
    request.once('error', error => {
      const abandoned = error.name === 'AbortError' || error.name === 'TimeoutError';
      resolve({ status: abandoned && abortAfter !== undefined ? '499' : 'failed' });
    });
    request.end(payload);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
