import { createHash } from 'node:crypto';
import type { Envelope, WorkerCheckTask } from '@secret-store/api/schemas';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { isThrowAwayValue, signWorkerAnswer, type WorkerAnswer, type WorkerCheck } from '@secret-store/sealing';
import type { Logger } from 'pino';
import { loadPlugin, type LoadDependencies } from '../configuration/load-plugin.ts';
import { errorName } from '../errors/error-name.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import { acceptCheck } from './accept-check.ts';
import type { CandidatePlugin } from './candidate-plugin.ts';
import { checkFailure } from './check-failure.ts';

/** Without high-water marks and without the plugins in use, so that a check can change neither. */
export interface CheckDependencies extends LoadDependencies {
  readonly keys: Pick<WorkerKeys, 'root' | 'poolKeys' | 'signer'>;
  readonly candidate: Pick<CandidatePlugin, 'use'>;
  readonly log: Logger;
  readonly now?: () => Date;
}

/** Signed by this worker. Never throws, and reports nothing about any value other than a throw-away value. */
export const answerCheck = async (deps: CheckDependencies, task: WorkerCheckTask): Promise<Envelope> => {
  const { checkId } = task;
  const { signer } = deps.keys;
  try {
    const reading = await readCandidate(deps, task);
    const answer = signWorkerAnswer({ checkId, message: '', ...reading }, signer);
    deps.log.info({ checkId, outcome: reading.outcome }, 'check answered');
    return answer;
  } catch (error) {
    const failure = checkFailure(error);
    deps.log.info(
      { checkId, outcome: failure.outcome, reason: failure.message, cause: errorName(error) },
      'check answered',
    );
    return signWorkerAnswer({ checkId, version: null, ...failure }, signer);
  }
};

type Reading = Pick<WorkerAnswer, 'outcome' | 'version'>;

const readCandidate = async (deps: CheckDependencies, task: WorkerCheckTask): Promise<Reading> => {
  const { check, configuration } = acceptCheck(deps.keys, task, deps.now?.() ?? new Date());
  const key = JSON.stringify([check.configurationHash, check.workerConfigurationHash]);
  return deps.candidate.use(
    key,
    () => loadPlugin(deps, configuration),
    (provider) => compare(provider, check),
  );
};

const compare = async (
  provider: AsyncSecretProvider,
  { providerKey, context, expectedHash, onlyVersion }: WorkerCheck,
): Promise<Reading> => {
  const id = { getProviderKey: () => providerKey };
  if (onlyVersion === true) {
    // that there is one, and not which
    await provider.getSecretVersion(id, context);
    return { outcome: 'match', version: null };
  }
  const value = (await provider.getSecret(id, context)).getValue();
  // Before any comparison: someone who can sign checks must not find out a secret by guessing.
  if (!isThrowAwayValue(value)) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the value is not a throw-away value, so the worker says nothing about it',
    );
  }
  if (createHash('sha256').update(value).digest('base64url') !== expectedHash)
    return { outcome: 'mismatch', version: null };
  return { outcome: 'match', version: await provider.getSecretVersion(id, context) };
};
