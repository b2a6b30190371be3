import type { Logger } from 'pino';
import { z } from 'zod';
import { errorName } from '../errors/error-name.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { ResolvedAlgorithm } from '../resolve/resolve-environment.ts';
import { VariableFailure } from '../resolve/variable-failure.ts';
import { type ResolveAnswer, type ResolveRequest, tooManyCallers } from './resolve-protocol.ts';

const Request = z.object({ owner: z.string().min(1).max(200), name: z.string().min(1).max(200) });

export interface AnswerOptions {
  readonly resolve: (request: ResolveRequest) => Promise<ResolvedAlgorithm>;
  readonly strict: boolean;
  readonly log: Logger;
}

/** Answers one line from worker.sock with one line. Never throws. */
export const answerResolve = async ({ resolve, strict, log }: AnswerOptions, line: string): Promise<string> => {
  const answer = await tryResolve(resolve, strict, line).catch((error: unknown) => refusal(error, log));
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

const tryResolve = async (resolve: AnswerOptions['resolve'], strict: boolean, line: string): Promise<ResolveAnswer> => {
  const { number, environment, versions, staleSeconds } = await resolve(parseRequest(line));
  return { number, environment, versions, staleSeconds, strict };
};

const parseRequest = (line: string): ResolveRequest => Request.parse(JSON.parse(line));

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
