import { detach } from '../text-cache.ts';

const MAX_NAME = 63;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** The label of a table or collection by its name. */
export const tableLabel = (name: string): string => {
  if (name === '') return 'none';
  return name.length > MAX_NAME || UNPRINTABLE.test(name) ? 'other' : detach(name);
};
