import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../child.ts';

/** Our sink in one file, as it is published: in the process of an application there is no other copy of Sentry's code. */
export const bundleSink = async (): Promise<{ readonly file: string; readonly remove: () => void }> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sentry-sink-'));
  const file = path.join(folder, 'sentry-sink.mjs');
  const contents = `
    export { createSentrySink } from './src/errors/sentry/sentry-sink.ts';
    export { createRedaction } from './src/redaction/redaction.ts';`;
  await build({
    stdin: { contents, resolveDir: root },
    ...{ outfile: file, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning' },
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
