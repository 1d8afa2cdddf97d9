import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The name of the application: that of the nearest package.json above its main script.
 * `undefined` when there is none, or none with a name.
 */
export const applicationName = (startingAt: string): string | undefined => {
  let directory = startingAt;
  for (;;) {
    const name = nameIn(path.join(directory, 'package.json'));
    if (name !== undefined) return name;
    const parent = path.dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
};

const nameIn = (file: string): string | undefined => {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
};
