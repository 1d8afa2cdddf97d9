import type { IncomingMessage } from 'node:http';
import { pathOf } from '../folded-path.ts';

interface Procedure {
  readonly _def?: { readonly type?: unknown };
}

export interface ProcedureOptions {
  readonly router: {
    readonly _def: {
      /** By their whole paths: `user.byId`. */
      readonly procedures: Readonly<Record<string, Procedure | undefined>>;
      /** What is not loaded yet. */
      readonly lazy?: Readonly<Record<string, unknown>>;
      readonly _config?: { readonly pathSeparator?: string };
    };
  };
  readonly basePath?: string;
  /** Also takes queries by POST. */
  readonly allowMethodOverride?: boolean;
}

/** Several procedures in one request: any list of them, which is for its caller to choose, has this one template. */
const batchTemplate = ':batch';

/**
 * The path of the procedure that a request is for, as tRPC reads it; `undefined`: there is none, or it is none that the
 * method may call.
 */
export const procedureTemplate = (
  options: ProcedureOptions,
  request: IncomingMessage,
): string | undefined => {
  const { basePath = '', router } = options;
  const separator = router._def._config?.pathSeparator ?? '.';
  const base = withoutSlashes(basePath);
  const path = decoded(withoutSlashes(withoutSlashes(pathOf(request.url ?? '') ?? '').slice(base.length)));
  const asked = (isBatch(request) ? path.split(',') : [path]).map(one => one.split(separator).join('.'));
  const known = asked.filter(one => {
    const procedure = router._def.procedures[one];
    return procedure !== undefined && takes(procedure, request.method, options.allowMethodOverride === true);
  });
  const [first] = known;
  if (first === undefined) return undefined;
  const name = asked.every(one => one === first) ? first.split('.').join(separator) : batchTemplate;
  return base === '' ? `/${name}` : `/${base}/${name}`;
};

export const isBatch = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean =>
  /[?&]batch=1(?:&|$)/.test(url);

/** Source: tRPC's HTTP specification. HEAD is answered for everything, OPTIONS mostly by the application. */
const takes = ({ _def }: Procedure, method: string | undefined, isOverridable: boolean): boolean => {
  if (method === 'POST') return _def?.type === 'mutation' || isOverridable;
  return method === 'OPTIONS' || (_def?.type !== 'mutation' && (method === 'GET' || method === 'HEAD'));
};

const withoutSlashes = (path: string): string =>
  path.slice(path.startsWith('/') ? 1 : 0, path.endsWith('/') ? -1 : undefined);

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
