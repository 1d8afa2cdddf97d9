type AnyMethod = (...parameters: never[]) => unknown;

/**
 * Puts a function around a method of an instrumentation, where what it does to its library would harm the application.
 * The methods are private; versions are pinned, and a test shows each fault without this and none with it.
 */
export const aroundMethod = <Method extends AnyMethod>(
  { prototype }: { readonly prototype: object },
  name: string,
  around: (original: Method) => Method,
): void => {
  const methods = prototype as Record<string, unknown>;
  methods[name] = around(methods[name] as Method);
};
