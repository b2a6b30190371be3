import path from 'node:path';
import { readExecSettings } from './env.ts';
import { exitCode } from './errors/exit-code.ts';
import { SettingError } from './errors/setting-error.ts';
import { commandEnvironment } from './launch/command-line.ts';
import { parseArguments } from './launch/parse-arguments.ts';
import { runCommand } from './launch/run-command.ts';
import { say } from './launch/say.ts';
import { requestEnvironment } from './socket/request-environment.ts';

/** The checkout, seen from dist/apps/worker-node. */
const checkout = path.resolve(import.meta.dirname, '../../..');

const exec = async (words: readonly string[]): Promise<number> => {
  const asked = parseArguments(words);
  if (typeof asked === 'string') {
    for (const line of asked.split('\n')) say(line);
    return exitCode.usage;
  }
  const settings = readExecSettings(checkout);
  const answer = await requestEnvironment(settings.workerDirectory, { owner: asked.owner, name: asked.name });
  if ('exitCode' in answer) {
    say(answer.variable === undefined ? answer.message : `${answer.variable}: ${answer.message}`);
    return answer.exitCode;
  }
  return runCommand(
    {
      command: asked.command,
      commandArguments: asked.commandArguments,
      environment: commandEnvironment(settings.environment, answer.environment),
      secretNames: new Set(Object.keys(answer.environment)),
    },
    {
      hiddenDirectory: settings.hiddenDirectory,
      strict: settings.strict || answer.strict,
      searchPath: settings.environment.PATH,
    },
  );
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
process.exit(await exec(process.argv.slice(2)).catch(failure));
