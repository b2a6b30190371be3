import { errorName } from '../errors/error-name.ts';
import { exitCode } from '../errors/exit-code.ts';
import { BackendRefusal, ResolveFailure } from '../errors/resolve-failure.ts';
import type { FleetDependencies } from '../fleet/fleet-dependencies.ts';
import { type CommandAnswer, CommandRequest } from './command-protocol.ts';
import { runOnWorker } from './run-on-worker.ts';

/** Answers a line from worker.sock that is a command with one line; null for any other line. Never throws. */
export const answerCommand = async (deps: FleetDependencies, line: string): Promise<string | null> => {
  const content = jsonOrNull(line);
  if (typeof content !== 'object' || content === null || !('command' in content)) return null;
  const request = CommandRequest.safeParse(content).data;
  const answer = request === undefined ? unknownCommand : await runCommand(deps, request);
  return `${JSON.stringify(answer)}\n`;
};

const runCommand = async (deps: FleetDependencies, request: CommandRequest): Promise<CommandAnswer> => {
  const { command } = request;
  try {
    const result = await runOnWorker(deps, request);
    deps.log.info({ command }, 'done');
    return { result };
  } catch (error) {
    const failure = commandFailure(error);
    deps.log.warn({ command, reason: failure.message, cause: errorName(error) }, 'not done');
    return failure;
  }
};

const unknownCommand: CommandAnswer = {
  exitCode: exitCode.configuration,
  message: 'the worker that runs does not know this command: restart it with the same version',
};

/** In words for who gave the command. */
export const commandFailure = (error: unknown): Extract<CommandAnswer, { readonly message: string }> => {
  if (error instanceof BackendRefusal) return { exitCode: error.exitCode, message: error.answer.said };
  if (error instanceof ResolveFailure) return { exitCode: error.exitCode, message: error.message };
  return { exitCode: exitCode.unavailable, message: 'the worker failed: see its log for the cause' };
};

const jsonOrNull = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
