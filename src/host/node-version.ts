/** What a version of Node.js means for the preload. */
export type Support = 'supported' | 'best-effort' | 'unsupported';

/** @param version as in `process.versions.node`, for example `24.21.0` */
export const supportOf = (version: string): Support => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return 'supported';
  // From 20.19 on, ES modules can be required; the preload needs that to start before the application.
  if (major === 22 ? minor >= 12 : major === 20 && minor >= 19) return 'best-effort';
  return 'unsupported';
};
