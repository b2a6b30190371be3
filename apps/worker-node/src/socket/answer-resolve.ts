import type { Logger } from 'pino';
import { errorName } from '../errors/error-name.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { Refreshes } from '../following/refreshes.ts';
import type { RunningProcesses } from '../processes/running-processes.ts';
import type { ResolvedAlgorithm } from '../resolve/resolve-environment.ts';
import { VariableFailure } from '../resolve/accepting/variable-failure.ts';
import { accompany } from './accompany.ts';
import { parseRequest } from './parse-request.ts';
import { type ResolveAnswer, type ResolveRequest, tooManyCallers } from './resolve-protocol.ts';
import type { Caller } from './socket-caller.ts';
import { watchChanges } from './watch-changes.ts';

export interface AnswerOptions {
  readonly resolve: (request: ResolveRequest) => Promise<ResolvedAlgorithm>;
  readonly refreshes: Refreshes;
  readonly processes: RunningProcesses;
  readonly strict: boolean;
  readonly log: Logger;
}

/** Answers one line from worker.sock with one line. Never throws. */
export const answerResolve = async (options: AnswerOptions, line: string, caller: Caller): Promise<string> => {
  const answer = await tryResolve(options, line, caller).catch((error: unknown) => refusal(error, options.log));
  return lineOf(answer);
};

const lineOf = (answer: ResolveAnswer): string => `${JSON.stringify(answer)}\n`;

/** For a caller for whom there is no room. */
export const refusalForWantOfRoom = lineOf({ exitCode: exitCode.unavailable, message: tooManyCallers });

/** For a caller who comes while this machine joins a pool. */
export const refusalWhileJoining = lineOf({
  exitCode: exitCode.unavailable,
  message: 'this worker has not joined yet: see its log for what it waits for',
});

const tryResolve = async (options: AnswerOptions, line: string, caller: Caller): Promise<ResolveAnswer> => {
  const request = parseRequest(line);
  const { process, watch } = request;
  // before the values are read, so that no change is lost in between
  const changes = watch === true ? watchChanges(options.refreshes, request, caller) : null;
  try {
    const resolved = await options.resolve(request);
    if (process !== undefined || changes !== null) accompany(options.processes, { resolved, process, changes }, caller);
    const { number, versions, staleSeconds } = resolved;
    const environment = process?.number === undefined ? resolved.environment : {};
    return { number, environment, versions, staleSeconds, strict: options.strict };
  } catch (error) {
    changes?.end();
    throw error;
  }
};

const refusal = (error: unknown, log: Logger): ResolveAnswer => {
  if (error instanceof VariableFailure) {
    const { exitCode: code, variable, secretId, message } = error;
    log.warn({ secretId, exitCode: code, cause: errorName(error.cause) }, 'not resolved');
    return { exitCode: code, variable, message };
  }
  if (error instanceof ResolveFailure) {
    log.warn({ exitCode: error.exitCode, reason: error.message, cause: errorName(error.cause) }, 'not resolved');
    return { exitCode: error.exitCode, message: error.message };
  }
  log.error({ cause: errorName(error) }, 'not resolved');
  return { exitCode: exitCode.unavailable, message: 'the worker failed: see its log for the cause' };
};
