import type { SecretNames } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { isWithin } from './configuration/parse-path.ts';
import type { VaultConfiguration } from './configuration/vault-configuration.ts';
import { referenceTo } from './reference.ts';

/** The names directly below a folder; those of folders end with a slash. */
type ListFolder = (allowedPath: readonly string[], rest: readonly string[]) => Promise<readonly string[]>;

const mostNames = 1_000;
/** A page ends early where the call has no time for many more folders. */
const sparedMilliseconds = 3_000;

/**
 * A page of the entries below the paths for references, in the order of their names, which the marker is one of. The server
 * lists a folder at a time.
 */
export const listReferences = async (
  { path: ownPath, referencePaths }: Pick<VaultConfiguration, 'path' | 'referencePaths'>,
  listFolder: ListFolder,
  marker: string,
  deadline: Deadline,
): Promise<SecretNames> => {
  const names: string[] = [];
  let last = marker;
  const isFull = () =>
    names.length === mostNames || (names.length > 0 && deadline.remainingMilliseconds < sparedMilliseconds);

  /** @returns false where the page was full first */
  const walk = async (allowedPath: readonly string[], rest: readonly string[]): Promise<boolean> => {
    const folder = [...allowedPath, ...rest];
    if (isWithin(folder, ownPath)) return true;
    for (const name of (await listFolder(allowedPath, rest)).toSorted(byCodeUnits)) {
      const entry = [...folder, name].join('/');
      const isFolder = name.endsWith('/');
      if (isFolder ? isBefore(entry, marker) : entry <= marker) continue;
      if (isFull()) return false;
      if (isFolder && !(await walk(allowedPath, [...rest, name.slice(0, -1)]))) return false;
      const reference = isFolder ? undefined : referenceTo(entry, { path: ownPath, referencePaths });
      if (reference === undefined) continue;
      names.push(reference);
      last = entry;
    }
    return true;
  };

  for (const allowedPath of outermost(referencePaths)) {
    if (isBefore(`${allowedPath.join('/')}/`, marker)) continue;
    if (isFull() || !(await walk(allowedPath, []))) return { names, marker: last };
  }
  return { names };
};

/** Whether everything in a folder comes before the marker. */
const isBefore = (folder: string, marker: string): boolean => folder <= marker && !marker.startsWith(folder);

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Without those that lie within another one. */
const outermost = (paths: VaultConfiguration['referencePaths']): (readonly string[])[] => {
  const unique = [...new Map(paths.map((path) => [`${path.join('/')}/`, path])).entries()];
  return unique
    .filter(([name]) => !unique.some(([other]) => other !== name && name.startsWith(other)))
    .toSorted(([one], [other]) => byCodeUnits(one, other))
    .map(([, path]) => path);
};
