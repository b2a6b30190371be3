import path from 'node:path';

/**
 * A path as one types it: relative where it is below the folder, or where both are in the checkout; else absolute. In quotes
 * where a shell needs them.
 */
export const shellPath = (from: string, to: string, checkout: string): string => {
  const isShort = isBelow(from, to) || (isBelow(checkout, from) && isBelow(checkout, to));
  const text = isShort ? path.relative(from, to) || '.' : to;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
};

const isBelow = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith('../');
};
