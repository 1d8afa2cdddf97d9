import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthorizeRequest } from './authorize-request.ts';
import type { Page, PageRequest } from './page.ts';

/** What the handlers need of the running instance. */
export interface PageSource {
  readonly page: (request: PageRequest) => Promise<Page>;
  readonly authorize: (header: string | undefined) => boolean;
}

const plain = { 'content-type': 'text/plain; charset=utf-8' };

/**
 * The metrics as a Fetch API response, for Remix, React Router, Hono and the like. 401 where `authorize` (or,
 * without it, the token settings) says no, 503 where the preload did not start, 500 when the collection
 * fails. A `Response` that `authorize` throws, such as a redirect to the login, is the answer; an error that it
 * throws is thrown on.
 */
export const respondWithMetrics = async (
  source: PageSource | undefined,
  request: Request,
  authorize?: AuthorizeRequest<Request>,
): Promise<Response> => {
  const allowed = authorize
    ? await decide(authorize, request)
    : (source?.authorize(request.headers.get('authorization') ?? undefined) ?? true);
  if (allowed instanceof Response) return allowed;
  if (allowed !== true) {
    const headers = authorize ? plain : { ...plain, 'www-authenticate': 'Bearer, Basic realm="metrics"' };
    return new Response('Unauthorized\n', { status: 401, headers });
  }
  if (source === undefined) {
    return new Response(
      'Monitoring is not running: start Node.js with --import @ykmake/monitoring/register\n',
      {
        status: 503,
        headers: plain,
      },
    );
  }
  try {
    const { body, contentType, encoding } = await source.page({
      accept: request.headers.get('accept') ?? undefined,
      acceptEncoding: request.headers.get('accept-encoding') ?? undefined,
    });
    const headers = {
      'content-type': contentType,
      vary: 'Accept, Accept-Encoding',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    };
    return new Response(new Uint8Array(body), { headers });
  } catch {
    return new Response('The metrics could not be collected\n', { status: 500, headers: plain });
  }
};

/** Writes the metrics into a Node.js response; the same rules as `respondWithMetrics`. */
export const writeMetrics = async (
  source: PageSource | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  authorize?: AuthorizeRequest<IncomingMessage>,
): Promise<void> => {
  const asked = new Request('http://localhost/', { headers: relevantHeaders(request) });
  const answer = await respondWithMetrics(source, asked, authorize && (() => authorize(request)));
  response.statusCode = answer.status;
  // One by one: there may be several cookies.
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.end(Buffer.from(await answer.arrayBuffer()));
};

const relevantHeaders = ({ headers }: IncomingMessage): Headers => {
  const relevant = new Headers();
  for (const name of ['authorization', 'accept', 'accept-encoding'] as const) {
    const value = headers[name];
    if (typeof value === 'string') relevant.set(name, value);
  }
  return relevant;
};

const decide = async (
  authorize: AuthorizeRequest<Request>,
  request: Request,
): Promise<boolean | Response> => {
  try {
    return await authorize(request);
  } catch (error) {
    if (error instanceof Response) return error;
    throw error;
  }
};
