import path from 'node:path';
import { type ExecSettings, findInstallation, readExecSettings } from './env.ts';
import { exitCode } from './errors/exit-code.ts';
import { SettingError } from './errors/setting-error.ts';
import { commandEnvironment } from './launch/command-line.ts';
import { forwardedSignals } from './launch/forward-signals.ts';
import { goOnIgnoring, type IgnoredSignals, readIgnoredSignals } from './launch/ignored-signals.ts';
import { type ExecArguments, parseArguments } from './launch/parse-arguments.ts';
import { runCommand } from './launch/run-command.ts';
import { say } from './launch/say.ts';
import { flagPaths } from './sandbox/flag-paths.ts';
import { keptCache } from './sandbox/kept-cache.ts';
import { resolvedPath, resolvedPaths } from './sandbox/resolved-path.ts';
import { placesOf, type SandboxPlaces } from './sandbox/sandbox-places.ts';
import { WorkerLink } from './socket/worker-link.ts';
import { readOutOfSight } from './state/out-of-sight.ts';

const exec = async (words: readonly string[], ignored: IgnoredSignals): Promise<number> => {
  const asked = parseArguments(words);
  if (typeof asked === 'string') {
    for (const line of asked.split('\n')) say(line);
    return exitCode.usage;
  }
  const installation = findInstallation(import.meta.dirname);
  const settings = readExecSettings(installation);
  const places = await findPlaces(installation, settings, asked);
  if (typeof places === 'string') {
    say(places);
    return exitCode.usage;
  }
  const { owner, name, command, commandArguments } = asked;
  const { workerDirectory } = settings;
  const process = { kind: 'exec', started: new Date().toISOString() } as const;
  // it lasts as long as we do: the worker knows by it that the command runs
  const link = new WorkerLink({ workerDirectory, owner, name, process });
  const answer = await link.open();
  if ('exitCode' in answer) {
    say(answer.variable === undefined ? answer.message : `${answer.variable}: ${answer.message}`);
    return answer.exitCode;
  }
  const [home] = places.homes;
  return runCommand(
    {
      command,
      commandArguments,
      environment: commandEnvironment(settings.environment, answer.environment),
      secretNames: new Set(Object.keys(answer.environment)),
    },
    {
      places: { ...places, cache: home === undefined ? null : keptCache(home, { ...settings, owner, name }) },
      strict: settings.strict || answer.strict,
      searchPath: settings.environment.PATH,
      forwarded: forwardedSignals.filter((signal) => !ignored.names.has(signal)),
      ignored,
    },
  );
};

/** Or what is wrong with one of the flags. */
const findPlaces = async (
  installation: string,
  settings: ExecSettings,
  flags: Pick<ExecArguments, 'writable' | 'visible'>,
): Promise<SandboxPlaces | string> => {
  const ofWorker = await readOutOfSight(path.join(settings.workerDirectory, 'state'));
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

const failure = (error: unknown): number => {
  say(
    error instanceof SettingError
      ? error.message
      : 'the command was not started because of an error in exec itself: report it',
  );
  return exitCode.configuration;
};

// First of all: otherwise Node answers this signal by opening its inspector on a process that holds secrets.
process.on('SIGUSR1', () => undefined);
const ignored = readIgnoredSignals(process.env);
goOnIgnoring(ignored);
process.exit(await exec(process.argv.slice(2), ignored).catch(failure));
