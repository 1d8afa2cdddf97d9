import { type Format, openMetricsFormat, textFormat } from './exposition.ts';

export type Encoding = 'identity' | 'gzip' | 'zstd';

interface Choice {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * The format that the client likes best of those we have; text where it likes both as much, or does not say.
 * Source: RFC 9110, 12.5.1. Never throws.
 *
 * @param accept value of the `Accept` header
 */
export const negotiateFormat = (accept: string | undefined): Format => {
  let best: { readonly format: Format; readonly quality: number } = { format: textFormat, quality: 0 };
  for (const { name, parameters, quality } of choices(accept ?? '')) {
    const version = parameters.get('version');
    const isOpenMetrics = name === 'application/openmetrics-text' && (version ?? '1.0.0') === '1.0.0';
    const isText = ['text/plain', 'text/*', '*/*'].includes(name);
    const format = isOpenMetrics ? openMetricsFormat : isText ? textFormat : undefined;
    if (format !== undefined && quality > best.quality) best = { format, quality };
  }
  return best.format;
};

/**
 * How the page is compressed. Only `gzip` and, where this Node.js has it, `zstd`; the client's order decides
 * between equals. Source: RFC 9110, 12.5.3.
 *
 * @param acceptEncoding value of the `Accept-Encoding` header
 */
export const negotiateEncoding = (acceptEncoding: string | undefined, hasZstd: boolean): Encoding => {
  let best: { readonly encoding: Encoding; readonly quality: number } = { encoding: 'identity', quality: 0 };
  for (const { name, quality } of choices(acceptEncoding ?? '')) {
    const encoding = name === 'gzip' || (name === 'zstd' && hasZstd) ? name : undefined;
    if (encoding !== undefined && quality > best.quality) best = { encoding, quality };
  }
  return best.encoding;
};

/** The elements of a list header with their parameters; a quality that is no number counts as none. */
const choices = (header: string): readonly Choice[] =>
  header
    .slice(0, 2_000)
    .split(',')
    .map(element => {
      const [name = '', ...rest] = element.split(';').map(part => part.trim().toLowerCase());
      const parameters = new Map(
        rest.map(part => {
          const [key = '', value = ''] = part.split('=', 2);
          return [key, value.replace(/^"(.*)"$/, '$1')] as const;
        }),
      );
      const quality = Number(parameters.get('q') ?? 1);
      return { name, parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    })
    .filter(choice => choice.quality > 0);
