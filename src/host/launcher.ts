/**
 * Programs that only start other programs. With `NODE_OPTIONS=--import …` the preload runs in them too;
 * were it to start there, the launcher would hold the metrics port and the application would not get it.
 */
const launcherPackages: ReadonlySet<string> = new Set([
  'concurrently',
  'corepack',
  'cross-env',
  'dotenv-cli',
  'env-cmd',
  'forever',
  'lerna',
  'node-dev',
  'nodemon',
  'npm',
  'npm-run-all',
  'npm-run-all2',
  'nx',
  'pnpm',
  'ts-node-dev',
  'tsx',
  'turbo',
  'wireit',
  'yarn',
]);

const launcherFiles = [
  /\/npm\/bin\/np[mx]-cli\.c?js$/,
  /\/\.yarn\/releases\/yarn-[^/]+\.c?js$/,
  /\/node_modules\/pm2\/(bin\/|lib\/(Daemon|binaries)\b)/,
];

/** @param script real path of the main script, with any kind of slash; absent for `node -e` and the REPL */
export const isLauncher = (script: string | undefined, execArguments: readonly string[]): boolean => {
  // The test runner's parent starts one process per file; those run the tests.
  if (execArguments.includes('--test')) return true;
  if (script === undefined) return false;
  const path = script.replaceAll('\\', '/');
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return (
    (installed !== undefined && launcherPackages.has(installed)) ||
    launcherFiles.some(file => file.test(path))
  );
};
