import { ApiError, type Actor, type ProviderTest } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import { providerLock, readPlugin, readProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { activeCandidate } from './stored-candidate.ts';
import { tryCandidate, withLeft } from './trial/run-preparation.ts';
import { lastTest, TestLog } from './trial/test-log.ts';

/**
 * Tries what is active on a test secret, and stored secrets on a worker; changes nothing of the provider. Answers when it has
 * begun: `lastProviderTest` says how far it is.
 * @throws {ApiError} 8005, 8006, 8021, 8009, and 6001 (409) while it is tested already
 */
export const testProvider = async (deps: Dependencies, actor: Actor, providerId: string): Promise<ProviderTest> => {
  requirePermission(actor, 'providers.manage');
  await activeCandidate(deps, await readPlugin(deps, providerId));
  const [preparation, before] = await Promise.all([readPreparation(deps, providerId), lastTest(deps, providerId)]);
  if (preparation === null)
    throw new ApiError('InputValidationError', 'Save the provider once more before you test it.', { status: 409 });
  if (preparation.state === 'running' || before?.state === 'running')
    throw new ApiError('InputValidationError', 'This provider is already being tested. Wait until the test ends.', {
      status: 409,
    });
  await begin(deps, actor, providerId);
  const test = await lastTest(deps, providerId);
  if (test === null) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
  return test;
};

/** Returns when it runs. */
const begin = (deps: Dependencies, actor: Actor, providerId: string): Promise<void> =>
  new Promise((resolve, reject) => {
    deps.db
      .withLock(providerLock(providerId), async () => {
        const log = await TestLog.open(deps, { providerId, actor: userActor(actor) });
        resolve();
        await runTest(deps, providerId, log);
      })
      .catch((error: unknown) => {
        reject(error instanceof Error ? error : new Error('a test of a provider broke off', { cause: error }));
        deps.log.error({ providerId, cause: describeError(error) }, 'a test of a provider broke off');
      });
  });

const runTest = async (deps: Dependencies, providerId: string, log: TestLog): Promise<void> => {
  try {
    const stored = await readPlugin(deps, providerId);
    const candidate = await activeCandidate(deps, stored);
    const { activationNumber } = stored;
    const outcome = await tryCandidate(deps, candidate, 'itself', log, (provider) =>
      deps.calls.watch({ providerId, activationNumber }, provider),
    );
    if (outcome.state === 'passed') return await log.end(null);
    await log.end(outcome.state === 'waiting' ? noWorker : withLeft(outcome, log));
  } catch (error) {
    const message =
      error instanceof ApiError ? error.message : 'The test was interrupted. The backend’s log has the cause.';
    await log.end({ step: log.current, message });
    if (!(error instanceof ApiError)) throw error;
  }
};

const noWorker = {
  step: 'read',
  message: 'No worker is online to read the test secret. Start a worker, then test again.',
} as const;

/** Null where the provider was never tested by hand. */
export const lastProviderTest = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  providerId: string,
): Promise<ProviderTest | null> => {
  requirePermission(actor, 'providers.read');
  await readProvider(deps, providerId);
  return lastTest(deps, providerId);
};
