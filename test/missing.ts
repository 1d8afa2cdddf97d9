/**
 * What a test's `skip` option needs when a program is not there: one loud line that says how to get it. With
 * CI=true nothing may be skipped: it throws.
 */
export const missing = (present: boolean, program: string, install: string): string | false => {
  if (present) return false;
  const line = `${program} is missing: ${install}`;
  if (process.env.CI === 'true') throw new Error(`${line} (with CI=true this is a failure)`);
  console.error(`SKIPPED: ${line}`);
  return line;
};
