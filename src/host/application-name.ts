import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The name of the application: that of the nearest package.json above its main script. Of a program that is installed
 * in the application (`next start`): above the folder that it is started in, if that is one of the application.
 * `undefined` when there is none, or none with a name.
 *
 * @param script absent for `node -e` and the REPL
 */
export const applicationName = (script: string | undefined, startedIn: string): string | undefined => {
  if (script === undefined) return nameAbove(startedIn);
  const [application = '', installed] = script.split(/[\\/]node_modules[\\/]/, 2);
  if (installed === undefined) return nameAbove(path.dirname(script));
  const isInside = `${startedIn}${path.sep}`.startsWith(`${application}${path.sep}`);
  return nameAbove(isInside ? startedIn : application) ?? nameAbove(path.dirname(script));
};

/** Of the nearest package.json that has one. */
const nameAbove = (startingAt: string): string | undefined => {
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
