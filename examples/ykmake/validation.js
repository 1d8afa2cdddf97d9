import { HttpError } from './errors.js';

/** A positive integer that fits the database's type, from a path or a body. */
export function identifier(value, name) {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (Number.isInteger(number) && number > 0 && number < 2 ** 31) return number;
  throw new HttpError(400, `${name} must be a positive whole number.`);
}

/** A text that is not empty. */
export function text(value, name, limit = 200) {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= limit) return value.trim();
  throw new HttpError(400, `${name} must be a text of 1 to ${limit} characters.`);
}

export function email(value, name) {
  if (/^\S+@\S+\.\S+$/.test(text(value, name))) return value.trim().toLowerCase();
  throw new HttpError(400, `${name} must be an e-mail address.`);
}

export function oneOf(choices, value, name) {
  if (choices.includes(value)) return value;
  throw new HttpError(400, `${name} must be one of ${choices.join(', ')}.`);
}

/** How many rows a list may have: `?limit=`, 1 to 100. */
export function limit(value = '20') {
  const number = identifier(value, 'limit');
  if (number <= 100) return number;
  throw new HttpError(400, 'limit must be at most 100.');
}

/** Reads a field only when the client sent it: for changes to a part of a row. */
export function optional(read, value, name) {
  return value === undefined ? undefined : read(value, name);
}
