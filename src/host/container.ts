import { existsSync } from 'node:fs';

/** Files that container engines put into every container. */
const marks = ['/.dockerenv', '/run/.containerenv'];

export const insideContainer = (): boolean => marks.some(mark => existsSync(mark));
