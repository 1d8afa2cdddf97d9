import type { Answer } from './lifetime.ts';

/**
 * The code that went out with the headers. An application may write another into its response after that, as restify does
 * when a client leaves.
 */
export const sentStatus = (response: Pick<Answer, 'statusCode'>): number => {
  const { _header: header } = response as { readonly statusCode: number; readonly _header?: unknown };
  const code = typeof header === 'string' ? /^HTTP\/\d\.\d (\d{3})/.exec(header)?.[1] : undefined;
  return code === undefined ? response.statusCode : Number(code);
};
