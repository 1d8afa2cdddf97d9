import { redacted } from './limits.ts';

/**
 * Secrets that show by what they look like. Each begins with a fixed text, and nothing is asked for behind what has no
 * bound, so that a search goes over a text once.
 */
const tokens = new RegExp(
  [
    // JSON in base64, as every JSON Web Token begins.
    'eyJ[\\w/+=-]{12,}(?:\\.[\\w/+=-]+)*',
    '(?:AKIA|ASIA)[A-Z\\d]{16}',
    'gh[pousr]_[A-Za-z\\d]{20,}',
    'github_pat_\\w{20,}',
    'gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\\w.-]{16,}',
    'xox[a-z](?:\\.xox[a-z])?-[\\w-]{10,}',
    'xapp-[\\w-]{10,}',
    '[rs]k_(?:live|test)_[A-Za-z\\d]{10,}',
    'whsec_[\\w/+=]{16,}',
    '(?<![A-Za-z\\d_-])sk-(?=[A-Za-z_-]{0,60}\\d)[\\w-]{20,}',
    'AIza[\\w-]{35}',
    'ya29\\.[\\w-]{20,}',
    'npm_[A-Za-z\\d]{36}',
    'pypi-[\\w-]{50,}',
    'SG\\.[\\w-]{22}\\.[\\w-]{43}',
    '(?<![A-Za-z\\d])hv[sbr]\\.[\\w-]{20,}',
    'dop_v1_[a-f\\d]{64}',
    'shp(?:at|ss|ca|pa)_[A-Fa-f\\d]{32}',
    'hf_[A-Za-z\\d]{30,}',
    '(?<!\\d)\\d{8,10}:AA[\\w-]{33}',
  ].join('|'),
  'g',
);

const webhooks =
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/)[\w/-]+/g;

const privateKeys =
  /-----BEGIN (?:[A-Z\d]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:[\w+/=\s\\:,.'"`]|-(?!----))*(?:-----END [A-Z\d ]{1,60}-----)?/g;

const schemes = /\b(bearer|basic)((?:[ \t:]|%20){1,8})(["']?)([\w.~+/=-]{6,})/gi;

/** As SQL has them: `ALTER USER a PASSWORD 'x'`. */
const statements =
  /\b(password|identified[ \t]{1,8}by)([ \t]{1,8})(?:'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.|"")*"?)/gis;

/** No word of a sentence: `Basic authentication` stays. */
const isCredential = (text: string): boolean =>
  text.length >= 24 || /\d|[a-z][A-Z]|[=+/_~]|\w\.\w/.test(text);

export const hideShapes = (text: string): string =>
  (text.includes('-----BEGIN') ? text.replace(privateKeys, redacted) : text)
    .replace(schemes, (whole, scheme: string, gap: string, quote: string, credential: string) =>
      isCredential(credential) ? `${scheme}${gap}${quote}${redacted}` : whole,
    )
    .replace(statements, (_whole, name: string, gap: string) => `${name}${gap}${redacted}`)
    .replace(webhooks, `$1${redacted}`)
    .replace(tokens, redacted);
