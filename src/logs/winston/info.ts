/** The object that Winston makes of every call, with what the application adds to it. */
export type Info = Record<PropertyKey, unknown>;

/** Winston's own symbols (`triple-beam`): the level before any format, the finished line, the further arguments. */
export const levelKey: unique symbol = Symbol.for('level');
export const messageKey: unique symbol = Symbol.for('message');
export const splatKey: unique symbol = Symbol.for('splat');

export const isInfo = (value: unknown): value is Info => typeof value === 'object' && value !== null;
