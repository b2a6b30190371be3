import path from 'node:path';
import { type ExecSettings, findInstallation, readExecSettings } from '../env.ts';
import { SettingError } from '../errors/setting-error.ts';
import type { CommandArguments } from './parse-arguments.ts';
import { flagPaths } from '../sandbox/flag-paths.ts';
import { cachesName, keptCache } from '../sandbox/kept-cache.ts';
import { resolvedPath, resolvedPaths } from '../sandbox/resolved-path.ts';
import { placesOf, type SandboxPlaces } from '../sandbox/sandbox-places.ts';
import { type OutOfSight, readOutOfSight } from '../state/out-of-sight.ts';

/** A command that may be started as often as one likes. */
export interface PreparedCommand {
  readonly asked: CommandArguments;
  readonly settings: ExecSettings;
  readonly places: SandboxPlaces;
  /** of the worker's commands */
  readonly caches: string;
}

/** @param folder of the program that runs. @returns or what is wrong with one of the flags */
export const prepareCommand = async (asked: CommandArguments, folder: string): Promise<PreparedCommand | string> => {
  const installation = findInstallation(folder);
  const settings = readExecSettings(installation);
  const { workerDirectory } = settings;
  const ofWorker = readOutOfSight(path.join(workerDirectory, 'state'));
  const places = findPlaces({ installation, settings, ofWorker }, asked);
  if (typeof places === 'string') return places;
  return { asked, settings, places, caches: ofWorker.caches ?? (await cachesName(workerDirectory)) };
};

/** Makes the cache, when it is clear that the algorithm has values for the command. */
export const withCache = ({ places, caches, asked: { owner, name } }: PreparedCommand): SandboxPlaces => {
  const [home] = places.homes;
  return { ...places, cache: home === undefined ? null : keptCache(home, { caches, owner, name }) };
};

interface Machine {
  readonly installation: string;
  readonly settings: ExecSettings;
  readonly ofWorker: OutOfSight;
}

const findPlaces = (
  { installation, settings, ofWorker }: Machine,
  flags: Pick<CommandArguments, 'writable' | 'visible'>,
): SandboxPlaces | string => {
  const keys = [settings.tlsKey, ofWorker.tlsKey].filter((file) => file !== null);
  const places = placesOf({
    home: settings.environment.HOME,
    installation,
    dataDirectories: settings.dataDirectories,
    outOfSight: [...settings.secretFolders, ...ofWorker.secretFolders, ...keys],
  });
  const paths = flagPaths(flags, {
    installation: places.installation,
    neverShown: [...places.dataDirectories, ...resolvedPaths(keys)],
  });
  return typeof paths === 'string' ? paths : { ...places, ...paths, directory: currentDirectory(), cache: null };
};

const currentDirectory = (): string => {
  const directory = resolvedPath('.');
  if (directory === null) throw new SettingError('the current directory is gone: change to another one');
  return directory;
};
