import { isStorable } from '@secret-store/api';

type Place = readonly [value: unknown, path: string];

const inside = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const isBadName = (name: string): boolean => !isStorable(name) || name === '__proto__';

/**
 * Where JSON has what no database and no vault can hold: U+0000, an unpaired surrogate, or a field `__proto__`. Null where it has
 * none; the path of a bad name ends before it. Without recursion: a body of 1 MiB can be a million levels deep.
 */
export const findUnstorable = (json: unknown): string | null => {
  const open: Place[] = [[json, '']];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [value, path] = place;
    if (typeof value === 'string' && !isStorable(value)) return path;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, part] of Object.entries(value)) {
      if (isBadName(name)) return path;
      // a path is only told, and a deep one would cost more than what it names
      open.push([part, path.length < 128 ? inside(path, name) : path]);
    }
  }
  return null;
};
