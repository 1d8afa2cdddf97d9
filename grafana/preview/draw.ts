import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser } from './chromium.ts';
import { linkPackages } from './packages.ts';
import { panelsWidth } from './place.ts';
import type { Drawn, Preview } from './preview.ts';

export interface Picture {
  readonly png: Buffer;
  readonly panels: readonly Drawn[];
  readonly complaints: readonly string[];
}

/** What the page has around its panels. */
const padding = 16;
const heading = 44;

export interface Painter {
  draw(preview: Preview): Promise<Picture>;
  close(): void;
}

/** Pixels of the picture in which panels of this size are. */
export const sizeOf = ({ height }: { readonly height: number }): { width: number; height: number } => ({
  width: panelsWidth + 2 * padding,
  height: height + heading + 2 * padding,
});

/** The bundled page, ready to draw any number of previews. */
export const createPainter = async (browser: Browser): Promise<Painter> => {
  linkPackages();
  const bundle = await bundlePage();
  let current: Preview | undefined;
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://page').pathname).then(
      ([type, body]) => response.writeHead(200, { 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const answer = async (pathname: string): Promise<[type: string, body: string | Uint8Array]> => {
    if (pathname === '/') return ['text/html', page];
    if (pathname === '/preview.json') return ['application/json', JSON.stringify(current)];
    const made = bundle.get(pathname);
    if (made) return [pathname.endsWith('.css') ? 'text/css' : 'text/javascript', made];
    const [type, file] = publicFile(pathname);
    return [type, await readFile(path.join(import.meta.dirname, 'node_modules', file))];
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  return {
    draw: async preview => {
      current = preview;
      const { width, height } = sizeOf(preview);
      const tab = await browser.open(url, width, height);
      try {
        await until(() => tab.evaluate<boolean>("document.readyState === 'complete' && 'drawn' in window"));
        const panels = await tab.evaluate<readonly Drawn[]>('window.drawn');
        return { png: await tab.screenshot(width, height), panels, complaints: [...tab.complaints] };
      } finally {
        await tab.close();
      }
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const page = `<!doctype html><meta charset="utf-8"><title>Preview</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/main.css"><body class="theme-dark"><script type="module" src="/main.js"></script>`;

/** Icons and fonts, where Grafana's components look for them. */
const publicFile = (pathname: string): [type: string, file: string] => {
  const [, icon] = /^\/public\/build\/img\/icons\/([\w-]+\/[\w-]+\.svg)$/.exec(pathname) ?? [];
  if (icon !== undefined) return ['image/svg+xml', `@grafana/ui/dist/public/img/icons/${icon}`];
  const [, inter] = /^\/public\/fonts\/inter\/(Inter-\w+\.woff2)$/.exec(pathname) ?? [];
  if (inter !== undefined) return ['font/woff2', `inter-ui/web/${inter}`];
  if (pathname.startsWith('/public/fonts/roboto/'))
    return ['font/woff2', '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2'];
  throw new Error(`the page has no ${pathname}`);
};

const bundlePage = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'page/main.tsx')],
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'chrome120',
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path: file, contents }) => [`/${path.basename(file)}`, contents]));
};

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('the page of the preview did not load within a minute');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};
