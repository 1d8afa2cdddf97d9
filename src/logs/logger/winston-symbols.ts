/** Where winston, its formats and its transports keep things on an `info`. Source: the package triple-beam. */
export const LEVEL: unique symbol = Symbol.for('level');
export const MESSAGE: unique symbol = Symbol.for('message');
export const SPLAT: unique symbol = Symbol.for('splat');
