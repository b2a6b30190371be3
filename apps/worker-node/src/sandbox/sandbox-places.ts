import { userInfo } from 'node:os';
import path from 'node:path';
import { cachesFolder, type KeptCache } from './kept-cache.ts';
import { resolvedPath, resolvedPaths } from './resolved-path.ts';

/** Everything that decides what the command sees of the file system; all paths are resolved and exist. */
export interface SandboxPlaces {
  /** the caller's directory */
  readonly directory: string;
  readonly temporary: string;
  readonly homes: readonly string[];
  readonly installation: string;
  readonly dataDirectories: readonly string[];
  /** files and folders that the command does not see, beside the data directories */
  readonly outOfSight: readonly string[];
  readonly writable: readonly string[];
  readonly visible: readonly string[];
  readonly cache: KeptCache | null;
}

export interface GivenPlaces {
  readonly home: string | undefined;
  readonly installation: string;
  readonly dataDirectories: readonly string[];
  readonly outOfSight: readonly string[];
}

/** Where platforms put the sockets and the secrets of users and services. */
const closedFolders = ['/run/user', '/run/secrets', '/var/run/secrets'];

/** What is the same for every command of this caller. */
export const placesOf = (given: GivenPlaces): Omit<SandboxPlaces, 'directory' | 'writable' | 'visible' | 'cache'> => {
  const homes = resolvedPaths(given.home ? [given.home, ownHome()] : [ownHome()]).filter((home) => home !== '/');
  return {
    temporary: resolvedPath('/tmp') ?? '/tmp',
    homes,
    installation: resolvedPath(given.installation) ?? given.installation,
    dataDirectories: resolvedPaths(given.dataDirectories),
    outOfSight: resolvedPaths([...closedFolders, ...given.outOfSight, ...homes.map(cachesFolder)]).filter(
      // hiding the whole machine would hide the command itself
      (file) => file !== '/',
    ),
  };
};

const ownHome = (): string => {
  try {
    return userInfo().homedir;
  } catch {
    return '/'; // a user without an entry in the system's list
  }
};

/** Folders, beside those of listed sockets, in which services wait for orders. */
export const socketFolders = ({ homes }: Pick<SandboxPlaces, 'homes'>): string[] => [
  '/run',
  ...homes.flatMap((home) => ['.ssh', '.gnupg'].map((name) => path.join(home, name))),
];
