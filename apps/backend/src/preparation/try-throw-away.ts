import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { PreparationStep, WorkerCheckResult } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { throwAwayPrefix } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { identifierOf } from '../running/provider-call.ts';
import type { Candidate } from './candidate.ts';
import type { PreparationLog, ThrowAway } from './preparation-log.ts';

/** The provider does not do what it should: at which step, and what to do. */
export class TrialFailure extends Error {
  override readonly name = 'TrialFailure';

  constructor(
    readonly step: PreparationStep,
    message: string,
    /** path of the field at fault */
    readonly field?: string,
  ) {
    super(message);
  }
}

/** No worker is there to read. */
export class NoWorker extends Error {
  override readonly name = 'NoWorker';
}

/** One secret that nobody needs, through its whole life: written here, read on a worker. */
export const tryThrowAway = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  log: PreparationLog,
): Promise<void> => {
  if (!(await provider.allowsCreate())) return skipAll(log, 'The provider does not create secrets, so nothing could be tried.');
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
  log: PreparationLog,
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
export const removeThrowAway = async (provider: AsyncSecretProvider, throwAway: ThrowAway, log: PreparationLog): Promise<void> => {
  const isGone = await remove(provider, throwAway).then(
    () => true,
    () => false,
  );
  if (isGone) await log.keepThrowAway(null);
};

const throwAwayValue = () => `${throwAwayPrefix}${randomBytes(16).toString('hex')}`;

const create = async (provider: AsyncSecretProvider, value: string, log: PreparationLog): Promise<ThrowAway> => {
  const context = { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'THROW_AWAY', version: 1 };
  const foretold = await provider.identifierFor?.(context);
  if (foretold) await log.keepThrowAway({ providerKey: foretold.getProviderKey(), context });
  const identifier = await provider.createSecret(value, context);
  const throwAway = { providerKey: identifier.getProviderKey(), context };
  await log.keepThrowAway(throwAway);
  if (foretold && foretold.getProviderKey() !== throwAway.providerKey) {
    throw new TrialFailure('create', 'The plugin foretells another identifier than it gives, so a crash could leave secrets behind. It needs mending by its author.');
  }
  return throwAway;
};

const update = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  { throwAway, version }: { readonly throwAway: ThrowAway; readonly version: string },
  log: PreparationLog,
): Promise<void> => {
  if (!(await provider.allowsUpdate())) return log.skip('update', 'The provider does not update secrets.');
  await log.begin('update');
  const second = throwAwayValue();
  const context = { ...throwAway.context, version: 2 };
  const answered = await provider.updateSecret(identifierOf(throwAway.providerKey), second, context);
  const after = await read(deps, candidate, { ...throwAway, context }, second, 'update');
  if (after === version) throw new TrialFailure('update', 'The version is the same after an update, so workers would not see that it changed. The plugin needs mending by its author.');
  if (after !== answered) throw new TrialFailure('update', 'The plugin answers an update with another version than a worker reads. It needs mending by its author.');
  await log.done('update');
};

const tryDeletion = async (
  deps: Pick<Dependencies, 'workerReader'>,
  candidate: Candidate,
  provider: AsyncSecretProvider,
  throwAway: ThrowAway,
  log: PreparationLog,
): Promise<void> => {
  const { providerKey } = throwAway;
  if (!(await provider.allowsDelete())) {
    return log.skip('delete', `The provider does not delete. The throw-away secret ${providerKey} is left in the vault: remove it there.`);
  }
  await log.begin('delete');
  if (!(await remove(provider, throwAway))) {
    throw new TrialFailure('delete', `The plugin says that there was nothing to delete. Look for the throw-away secret ${providerKey} in the vault.`);
  }
  if (await remove(provider, throwAway)) throw new TrialFailure('delete', 'The plugin says twice that it deleted. It needs mending by its author.');
  const { outcome } = await ask(deps, candidate, throwAway, '');
  if (outcome !== 'not-found') throw new TrialFailure('delete', `After the deletion a worker still finds the throw-away secret ${providerKey}. Remove it in the vault, and look at the plugin.`);
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
  const { outcome, version, message, key } = await ask(deps, candidate, throwAway, expected);
  switch (outcome) {
    case 'match':
      if (version?.includes(expected.slice(throwAwayPrefix.length)) === true) {
        throw new TrialFailure(step, 'The version of a secret holds its value. The plugin needs mending by its author.');
      }
      if (version !== null) return version;
      throw new TrialFailure(step, 'The worker read the value and got no version. The plugin needs mending by its author.');
    case 'mismatch':
      throw new TrialFailure(step, 'The worker read another value than was written. The plugin needs mending by its author.');
    case 'not-found':
      throw new TrialFailure(step, 'The worker does not find what was written. See that its credential reaches the same vault and the same place.');
    case 'failed':
      throw new TrialFailure(step, `The worker could not read: ${message}. See whether the credential of the workers may read.`, fieldOf(candidate, key));
  }
};

/** Where the value came from that a worker's plugin refused. */
const fieldOf = ({ bound }: Candidate, key: string | undefined): string | undefined =>
  key === undefined ? undefined : `${bound.workerConfigurationKeys.includes(key) ? 'workerConfiguration' : 'configuration'}.${key}`;

const ask = async (
  { workerReader }: Pick<Dependencies, 'workerReader'>,
  { providerId, bound }: Candidate,
  { providerKey, context }: ThrowAway,
  expected: string,
): Promise<WorkerCheckResult> => {
  if (bound.sealed === null) throw new Error('a candidate without destinations was started');
  const expectedHash = createHash('sha256').update(expected).digest('base64url');
  const { sealed, sealedForWorkers } = bound;
  const result = await workerReader.check({ providerId, providerKey, context, expectedHash, sealed, sealedForWorkers });
  if (result === null) throw new NoWorker();
  return result;
};

const skipAll = async (log: PreparationLog, why: string): Promise<void> => {
  for (const step of ['create', 'read', 'update', 'delete'] as const) await log.skip(step, why);
};
