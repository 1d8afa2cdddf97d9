import { connect } from 'node:net';

/**
 * Sends bytes as they are and answers everything that comes back until the connection is closed.
 *
 * @param keepOpen the sender waits for the other side to close instead of closing its own half
 */
export const rawRequest = (
  metricsUrl: string,
  bytes: string | Buffer,
  { keepOpen = false }: { readonly keepOpen?: boolean } = {},
): Promise<string> =>
  new Promise(resolve => {
    const { hostname, port } = new URL(metricsUrl);
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      if (keepOpen) socket.write(bytes);
      else socket.end(bytes);
    });
    socket.setEncoding('latin1');
    socket.on('data', data => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
