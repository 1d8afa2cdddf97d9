import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Page {
  /** Answers the value of an expression, awaited. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** All of the page as PNG. */
  screenshot(width: number, height: number): Promise<Buffer>;
  /** What was written to its console, and errors that nothing has caught. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface Browser {
  open(url: string, width: number, height: number): Promise<Page>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A headless Chromium with a profile of its own, spoken to in the DevTools protocol. */
export const startChromium = async (program: string): Promise<Browser> => {
  const profile = await mkdtemp(path.join(tmpdir(), 'preview-chromium-'));
  const child = spawn(
    program,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
      ...['--no-first-run', '--disable-extensions', '--disable-background-networking'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close');
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', data => {
      log += data;
      const [, found] = /DevTools listening on (ws:\S+)/.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${program} ended:\n${log}`)));
    child.once('error', reject);
  });
  const { send, listen, socket } = await connect(address);

  return {
    open: async (url, width, height) => {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const session = String(sessionId);
      const complaints: string[] = [];
      listen(session, message => {
        const complaint = complaintOf(message);
        if (complaint !== undefined) complaints.push(complaint);
      });
      for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`, {}, session);
      await send(
        'Emulation.setDeviceMetricsOverride',
        { width, height, deviceScaleFactor: 1, mobile: false },
        session,
      );
      await send('Page.navigate', { url }, session);
      return {
        complaints,
        evaluate: async <Value>(expression: string) => {
          const answer = await send(
            'Runtime.evaluate',
            { expression, awaitPromise: true, returnByValue: true },
            session,
          );
          if (answer.exceptionDetails)
            throw new Error(`${expression}: ${JSON.stringify(answer.exceptionDetails)}`);
          return (answer.result as { value: Value }).value;
        },
        screenshot: async (wide, tall) => {
          const clip = { x: 0, y: 0, width: wide, height: tall, scale: 1 };
          const options = { format: 'png', captureBeyondViewport: true, clip };
          const { data } = await send('Page.captureScreenshot', options, session);
          return Buffer.from(String(data), 'base64');
        },
        close: async () => {
          await send('Target.closeTarget', { targetId });
        },
      };
    },
    close: async () => {
      socket.close();
      kill();
      await ended;
      process.off('exit', kill);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const connect = async (address: string) => {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  const listeners = new Map<string, (message: Message) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) return listeners.get(message.sessionId ?? '')?.(message);
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) call?.reject(new Error(message.error.message));
    else call?.resolve(message.result ?? {});
  };
  socket.onclose = () => {
    for (const call of waiting.values()) call.reject(new Error('Chromium has closed the connection'));
  };
  return {
    socket,
    listen: (session: string, listener: (message: Message) => void) => listeners.set(session, listener),
    send: (
      method: string,
      params: object,
      sessionId?: string,
    ): Promise<Readonly<Record<string, unknown>>> => {
      const id = ++last;
      const call = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      waiting.set(id, call);
      socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
      return call.promise;
    },
  };
};

const complaintOf = ({ method, params = {} }: Message): string | undefined => {
  if (method === 'Runtime.exceptionThrown') return JSON.stringify(params.exceptionDetails);
  if (method === 'Runtime.consoleAPICalled' && (params.type === 'error' || params.type === 'warning')) {
    const args = params.args as readonly { value?: unknown; description?: string }[];
    return args.map(({ value, description }) => String(value ?? description)).join(' ');
  }
  if (method === 'Log.entryAdded') {
    const { level, text, url } = params.entry as { level: string; text: string; url?: string };
    return level === 'error' ? `${text} ${url ?? ''}` : undefined;
  }
  return undefined;
};
