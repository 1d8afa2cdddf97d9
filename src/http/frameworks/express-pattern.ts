/** What a route or mount was registered with. */
export interface Pattern {
  /** A plain `/`, which adds nothing to a template. */
  readonly isRoot: boolean;
  /**
   * The template as text; of several alternatives the one that matches.
   *
   * @param path what the router had left of the request's path when it matched; only read for alternatives
   */
  text(path: () => string): string;
}

interface Matcher {
  match(path: string): unknown;
}

/**
 * @param registered as given to `use`, `get` and so on: a string, a regular expression or an array of them
 * @param layer the router's own layer for it: its constructor makes one for each alternative
 */
export const createPattern = (registered: unknown, layer: object, kind: 'mount' | 'route'): Pattern => {
  const alternatives = Array.isArray(registered) ? registered.flat(Number.POSITIVE_INFINITY) : [registered];
  const [first = '/', ...others] = alternatives;
  const firstText = textOf(first, kind);
  if (others.length === 0) return { isRoot: firstText === '/', text: () => firstText };

  const Layer = layer.constructor as new (path: unknown, options: object, handler: () => void) => Matcher;
  const matchers = alternatives.map(alternative => ({
    text: textOf(alternative, kind),
    layer: new Layer(alternative, { end: kind === 'route' }, () => {}),
  }));
  return {
    isRoot: false,
    text: path => {
      const actual = path();
      return matchers.find(({ layer }) => layer.match(actual))?.text ?? firstText;
    },
  };
};

const textOf = (pattern: unknown, kind: 'mount' | 'route'): string => {
  const text = String(pattern);
  if (pattern instanceof RegExp || kind === 'route') return text === '' ? '/' : text;
  return text.replace(/\/+$/, '') || '/';
};
