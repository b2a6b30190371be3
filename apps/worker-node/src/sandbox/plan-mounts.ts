import { statSync } from 'node:fs';
import { isReachable } from './is-reachable.ts';
import { isWithin, overlaps } from './resolved-path.ts';
import type { SandboxPlaces } from './sandbox-places.ts';

export type MountKind =
  'own' | 'cache' | 'read-only' | 'device' | 'writable' | 'empty' | 'hidden-folder' | 'hidden-file';

export interface Mount {
  readonly kind: MountKind;
  readonly path: string;
  /** what is shown there; the path itself unless told */
  readonly source?: string;
}

export interface MountPlan {
  /** over a file system that is read-only, each after the ones that contain it */
  readonly mounts: readonly Mount[];
  readonly directoryIsWritable: boolean;
}

const kindsOutOfSight: readonly MountKind[] = ['own', 'cache', 'empty', 'hidden-folder', 'hidden-file'];

/**
 * What the command sees of the file system where that is not simply the machine's, read-only. The deepest mount wins.
 * @param findSockets those that the command would see, by the resolved paths that it does
 */
export const planMounts = (
  places: SandboxPlaces,
  findSockets: (isSeen: (resolved: string) => boolean) => readonly string[],
): MountPlan => {
  const hidden = [...places.dataDirectories, ...places.outOfSight].flatMap(hide);
  const directory = directoryMount(places, hidden);
  const folders = [
    mount('own', places.temporary),
    ...[places.installation, ...places.homes].filter((file) => isBelow(file, places.temporary)).map(readOnly),
    ...(directory === null ? [] : [directory]),
    ...(places.cache === null ? [] : [mount('cache', places.cache.path, places.cache.source)]),
    ...hidden,
    ...places.writable.map((file) => mount('writable', file)),
    ...places.visible.map(show),
  ];
  const planned = ordered(folders).reduce<readonly Mount[]>(
    (before, next) => (isNeeded(next, before, places) ? [...before, next] : before),
    [],
  );
  const covers = findSockets((file) => isSeen(file, planned))
    .filter((socket) => !places.visible.some((shown) => isWithin(socket, shown)))
    .filter(isReachable)
    .map((socket) => mount('hidden-file', socket));
  return { mounts: ordered([...planned, ...covers]), directoryIsWritable: directory?.kind === 'writable' };
};

const mount = (kind: MountKind, path: string, source?: string): Mount => ({
  kind,
  path,
  ...(source !== undefined && { source }),
});
const readOnly = (path: string): Mount => mount('read-only', path);
/** Nothing, where it was removed since it was found. */
const hide = (path: string): Mount[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? [] : [mount(found.isDirectory() ? 'hidden-folder' : 'hidden-file', path)];
};
const show = (path: string): Mount => mount(isWithin(path, '/dev') ? 'device' : 'read-only', path);

const isBelow = (file: string, folder: string): boolean => file !== folder && isWithin(file, folder);

/** Where root could change what the machine runs. */
const foldersOfSystem = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/sbin', '/sys', '/usr', '/var/spool'];

/** The caller's directory: out of sight where it is hidden, the command's own where that is `/tmp`. */
const directoryMount = (places: SandboxPlaces, hidden: readonly Mount[]): Mount | null => {
  const { directory, temporary, homes, installation, dataDirectories } = places;
  if (hidden.some(({ path }) => isWithin(directory, path))) return mount('empty', directory);
  if (isWithin(temporary, directory)) return null;
  const isProtected =
    [installation, ...foldersOfSystem].some((file) => overlaps(directory, file)) ||
    [...homes, ...dataDirectories].some((file) => isWithin(file, directory));
  return mount(isProtected ? 'read-only' : 'writable', directory);
};

/** Parents first; of two for the same path the later one last. */
const ordered = (mounts: readonly Mount[]): Mount[] => mounts.toSorted((a, b) => depthOf(a) - depthOf(b));
const depthOf = ({ path }: Mount): number => path.split('/').length;

/** Nothing is mounted where the same is seen without it, nor hidden where it is not seen. */
const isNeeded = (next: Mount, before: readonly Mount[], places: SandboxPlaces): boolean => {
  const over = coverOf(next.path, before);
  if (next.kind === 'hidden-folder' || next.kind === 'hidden-file') return isSeen(next.path, before);
  if (next.kind === 'read-only') {
    const isShown = places.visible.includes(next.path) && next.path !== places.directory;
    // to show a folder takes nothing from it: it may be writable
    return isShown ? !isSeen(next.path, before) : over !== undefined && over.kind !== 'read-only';
  }
  return true;
};

const coverOf = (file: string, mounts: readonly Mount[]): Mount | undefined =>
  mounts.findLast(({ path }) => isWithin(file, path));

const isSeen = (file: string, mounts: readonly Mount[]): boolean => {
  const kind = coverOf(file, mounts)?.kind;
  return kind === undefined || !kindsOutOfSight.includes(kind);
};
