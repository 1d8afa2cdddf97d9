/** A copy: what the application changes later does not reach the settings. */
export const environment = (): Readonly<Record<string, string | undefined>> => ({ ...process.env });
