import { type Actor, type AlgorithmSecret, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { internalProviderIn } from '../running/internal-provider.ts';
import { providerFor } from '../running/provider-access.ts';
import { commitVersion } from './commits/commit-version.ts';
import type { SecretMetadata } from './commits/secret-metadata.ts';
import { callProvider, contextOf, identifierOf } from '../running/provider-call.ts';
import { refuseLongValue } from './secret-value.ts';
import { removeIntents } from './commits/write-intent.ts';
import { setTurn } from '../sets/next-set.ts';
import { lockedEntry } from '../sets/locked-set.ts';
import { requireWritable } from './required-entry.ts';
import { announceUpdate, asEditFailed, endFailedUpdate, updateInVault } from './vaults/update-in-vault.ts';

export interface ValueUpdate {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  /** as it was signed */
  readonly entry: SetEntry;
  readonly metadata: SecretMetadata;
  readonly value: string;
}

/** A new version, under the secret's lock. */
export const updateValue = async (update: ValueUpdate): Promise<AlgorithmSecret> => {
  const { deps, value } = update;
  const { providerId } = update.entry;
  const { provider, maximumValueBytes } = await providerFor(deps, providerId, 'update');
  if (!(await callProvider(() => provider.allowsUpdate()))) {
    throw new ApiError(
      'EditSecretNotSupported',
      'The provider of this secret does not update values. Delete the secret and create it again.',
    );
  }
  refuseLongValue(value, maximumValueBytes);
  return providerId === internalProviderId ? updateInternal(update) : updateVaultValue(update, provider);
};

/** Value, set and row in one transaction. */
const updateInternal = (update: ValueUpdate): Promise<AlgorithmSecret> => {
  const { deps, actor, algorithmId, metadata, value } = update;
  return change(
    deps,
    async (changes) => {
      // another write may have come first
      const which = { algorithmId, secretId: update.entry.secretId };
      const entry = await requireWritable(deps, which, await lockedEntry(deps, changes, algorithmId, which.secretId));
      await changes.find('secret', which.secretId);
      const next = { ...entry, version: entry.version + 1 };
      const { provider, stored } = internalProviderIn(deps, changes, entry);
      const context = contextOf(algorithmId, next);
      const providerVersion = await provider
        .updateSecret(identifierOf(entry.providerKey), value, context)
        .catch(asEditFailed);
      return commitVersion(deps, changes, {
        ...{ algorithmId, entry: { ...next, sealedHash: stored.hash }, providerVersion, metadata },
        ...{ actor: userActor(actor), settled: false },
      });
    },
    { turn: setTurn(algorithmId) },
  );
};

const updateVaultValue = async (update: ValueUpdate, provider: AsyncSecretProvider): Promise<AlgorithmSecret> => {
  const { deps, algorithmId, metadata, value } = update;
  const actor = userActor(update.actor);
  const announced = await change(deps, (changes) =>
    announceUpdate(changes, { algorithmId, entry: update.entry, actor }),
  );
  const { entry, intent } = announced;
  try {
    const providerVersion = await updateInVault(provider, announced, value);
    const version = { algorithmId, entry, providerVersion, metadata, actor, settled: false };
    return await change(
      deps,
      async (changes) => {
        await removeIntents(changes, { secretId: entry.secretId, kind: 'update', upToVersion: entry.version });
        return commitVersion(deps, changes, version);
      },
      { turn: setTurn(algorithmId) },
    );
  } catch (error) {
    await endFailedUpdate(deps, intent, error);
    throw error;
  }
};
