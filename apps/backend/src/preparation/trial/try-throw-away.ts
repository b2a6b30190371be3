import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { PreparationStep } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { throwAwayPrefix, type WorkerAnswer } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { isInDoubt } from '../../running/outcome-in-doubt.ts';
import { identifierOf } from '../../running/provider-call.ts';
import type { Candidate } from './candidate.ts';
import type { ThrowAway } from './throw-away.ts';
import { NoWorker, TrialFailure } from './trial-failure.ts';
import type { TrialLog } from './trial-log.ts';

/** One secret that nobody needs, through its whole life: written here, read on a worker. */
export const tryThrowAway = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  log: TrialLog,
): Promise<void> => {
  if (!(await provider.allowsCreate()))
    return skipAll(log, 'This provider does not create secrets, so there is nothing to test.');
  if (!(await deps.workerReader.comesOnline())) throw new NoWorker();

  try {
    await live(deps, candidate, provider, log);
  } catch (error) {
    if (log.throwAway !== null) await removeThrowAway(provider, log.throwAway, log);
    throw error;
  }
};

const live = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  log: TrialLog,
): Promise<void> => {
  const first = throwAwayValue();
  await log.begin('create');
  const throwAway = await create(provider, first, log);
  await log.done('create');
  await log.begin('read');
  const version = await read(deps, candidate, throwAway, first);
  await log.done('read');
  await update(deps, candidate, provider, { throwAway, version }, log);
  await tryDeletion(deps, candidate, provider, throwAway, log);
  await log.keepThrowAway(null);
};

/** What a try left in the vault that did not come to its end. What cannot be removed stays noted. */
export const removeThrowAway = async (
  provider: AsyncSecretProvider,
  throwAway: ThrowAway,
  log: TrialLog,
): Promise<void> => {
  const isGone = await remove(provider, throwAway).then(
    () => true,
    () => false,
  );
  if (isGone) await log.keepThrowAway(null);
};

const throwAwayValue = () => `${throwAwayPrefix}${randomBytes(16).toString('hex')}`;

const create = async (provider: AsyncSecretProvider, value: string, log: TrialLog): Promise<ThrowAway> => {
  const context = { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'THROW_AWAY', version: 1 };
  const foretold = await provider.identifierFor?.(context);
  const before = log.throwAway;
  if (foretold) await log.keepThrowAway({ providerKey: foretold.getProviderKey(), context });
  const identifier = await provider.createSecret(value, context).catch(async (error: unknown) => {
    // the vault said no: nothing of this try is in it
    if (!isInDoubt(error)) await log.keepThrowAway(before);
    throw error;
  });
  const throwAway = { providerKey: identifier.getProviderKey(), context };
  await log.keepThrowAway(throwAway);
  if (foretold && foretold.getProviderKey() !== throwAway.providerKey) {
    throw new TrialFailure(
      'create',
      'The plugin created the secret under a different identifier than identifierFor answered, so a crash could leave secrets behind. This is a bug in the plugin; report it to its author.',
    );
  }
  return throwAway;
};

const update = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  { throwAway, version }: { readonly throwAway: ThrowAway; readonly version: string },
  log: TrialLog,
): Promise<void> => {
  if (!(await provider.allowsUpdate())) return log.skip('update', 'This provider does not update secrets.');
  await log.begin('update');
  const second = throwAwayValue();
  const context = { ...throwAway.context, version: 2 };
  const answered = await provider.updateSecret(identifierOf(throwAway.providerKey), second, context);
  const after = await read(deps, candidate, { ...throwAway, context }, second, 'update');
  if (after === version)
    throw new TrialFailure(
      'update',
      'The version is the same after an update, so workers would not notice the change. This is a bug in the plugin; report it to its author.',
    );
  if (after !== answered)
    throw new TrialFailure(
      'update',
      'The plugin answered the update with another version than the worker reads. This is a bug in the plugin; report it to its author.',
    );
  await log.done('update');
};

const tryDeletion = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  throwAway: ThrowAway,
  log: TrialLog,
): Promise<void> => {
  const { providerKey } = throwAway;
  if (!(await provider.allowsDelete())) {
    return log.skip(
      'delete',
      `This provider does not delete secrets. Delete the test secret ${providerKey} in the vault.`,
    );
  }
  await log.begin('delete');
  if (!(await remove(provider, throwAway))) {
    throw new TrialFailure(
      'delete',
      `The plugin reported that there was nothing to delete. Check whether the test secret ${providerKey} is still in the vault.`,
    );
  }
  if (await remove(provider, throwAway))
    throw new TrialFailure(
      'delete',
      'The plugin reported the deletion twice. This is a bug in the plugin; report it to its author.',
    );
  const { outcome } = await askWorker(deps, candidate, throwAway, '');
  if (outcome !== 'not-found')
    throw new TrialFailure(
      'delete',
      `A worker can still read the test secret ${providerKey} after its deletion. Delete it in the vault, and report this to the plugin’s author.`,
    );
  await log.done('delete', `If your vault keeps deleted versions, purge ${providerKey}.`);
};

const remove = (provider: AsyncSecretProvider, { providerKey, context }: ThrowAway): Promise<boolean> =>
  provider.deleteSecret(identifierOf(providerKey), context);

const read = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  throwAway: ThrowAway,
  expected: string,
  step: PreparationStep = 'read',
): Promise<string> => {
  const { outcome, version, message, key } = await askWorker(deps, candidate, throwAway, expected);
  switch (outcome) {
    case 'match':
      if (version?.includes(expected.slice(throwAwayPrefix.length)) === true) {
        throw new TrialFailure(
          step,
          'The version of a secret contains its value. This is a bug in the plugin; report it to its author.',
        );
      }
      if (version !== null) return version;
      throw new TrialFailure(
        step,
        'The worker read the value and got no version. This is a bug in the plugin; report it to its author.',
      );
    case 'mismatch':
      throw new TrialFailure(
        step,
        'The worker read another value than was written. This is a bug in the plugin; report it to its author.',
      );
    case 'not-found':
      throw new TrialFailure(
        step,
        'The worker cannot find the secret. Check that its credentials reach the same vault and path.',
      );
    case 'failed':
      throw new TrialFailure(
        step,
        `The worker cannot read the secret: ${message}. Check that the workers’ credentials have read access.`,
        fieldOf(candidate, key),
      );
  }
};

/** Where the value came from that a worker's plugin refused. */
const fieldOf = ({ bound }: Candidate, key: string | undefined): string | undefined =>
  key === undefined
    ? undefined
    : `${bound.workerConfigurationKeys.includes(key) ? 'workerConfiguration' : 'configuration'}.${key}`;

const askWorker = async (
  { workerReader }: Pick<Dependencies, 'workerReader'>,
  { providerId, bound }: Candidate,
  { providerKey, context }: ThrowAway,
  expected: string,
): Promise<WorkerAnswer> => {
  if (bound.sealed === null) throw new Error('a candidate without destinations was started');
  const expectedHash = createHash('sha256').update(expected).digest('base64url');
  const { sealed, sealedForWorkers } = bound;
  const result = await workerReader.check({ providerId, providerKey, context, expectedHash, sealed, sealedForWorkers });
  if (result === null) throw new NoWorker();
  return result;
};

const skipAll = async (log: TrialLog, why: string): Promise<void> => {
  for (const step of ['create', 'read', 'update', 'delete'] as const) await log.skip(step, why);
};
