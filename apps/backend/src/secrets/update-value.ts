import { type Actor, type AlgorithmSecret, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { type SecretContext, SecretNotFoundError } from '@secret-store/provider-sdk';
import type { SetEntry } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { passRefused } from '../rows/row-refused.ts';
import { internalProviderIn } from '../running/internal-provider.ts';
import { providerFor } from '../running/provider-access.ts';
import { commitVersion } from './commits/commit-version.ts';
import type { SecretMetadata } from './commits/secret-metadata.ts';
import { callProvider, contextOf, identifierOf, storableText } from '../running/provider-call.ts';
import { refuseLongValue } from './secret-value.ts';
import { beginIntent, type Intent, intentIds, removeIntents } from './commits/write-intent.ts';
import { setTurn } from '../sets/next-set.ts';
import { lockedEntry } from '../sets/locked-set.ts';
import { requireWritable } from './required-entry.ts';

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
  return providerId === internalProviderId ? updateInternal(update) : updateInVault(update, provider);
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
      const { provider, stored } = internalProviderIn(deps, changes, entry.version);
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

const updateInVault = async (update: ValueUpdate, provider: AsyncSecretProvider): Promise<AlgorithmSecret> => {
  const { deps, algorithmId, metadata, value } = update;
  const { providerKey } = update.entry;
  const actor = userActor(update.actor);
  const { entry, intent } = await change(deps, async (changes) => {
    const next = { ...update.entry, version: await nextVersion(changes, update.entry) };
    return {
      entry: next,
      intent: await beginIntent(changes, { kind: 'update', algorithmId, entry: next, providerKey, actor }),
    };
  });
  try {
    const providerVersion = await writeToVault(provider, entry, value, contextOf(algorithmId, entry));
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
    await afterFailure(deps, intent, error);
    throw error;
  }
};

/**
 * What the vault no longer has is stored there again, where it lands under the same identifier.
 * @returns null where nobody was told the new version
 */
const writeToVault = (
  provider: AsyncSecretProvider,
  { providerKey }: SetEntry,
  value: string,
  context: SecretContext,
): Promise<string | null> =>
  callProvider(async () => {
    try {
      return storableText(await provider.updateSecret(identifierOf(providerKey), value, context));
    } catch (error) {
      if (!(error instanceof SecretNotFoundError)) throw error;
      const again = await provider.identifierFor?.(context);
      if (again?.getProviderKey() !== providerKey || !(await provider.allowsCreate())) return asEditFailed(error);
      await provider.createSecret(value, context);
      return null;
    }
  });

/** Above the signed version and above those of updates that failed, whose values may be in the vault. */
const nextVersion = async (changes: Change, { secretId, version }: SetEntry): Promise<number> => {
  let newest = version;
  for (const id of await intentIds(changes, { secretId, kind: 'update' })) {
    const intent = await changes.find('intent', id).catch(passRefused);
    newest = Math.max(newest, intent?.version ?? 0);
  }
  return newest + 1;
};

const asEditFailed = (error: unknown): never => {
  if (!(error instanceof SecretNotFoundError)) throw error;
  throw new ApiError(
    'EditSecretFailed',
    'The vault no longer has this secret. Delete the secret and create it again.',
    {
      cause: error,
    },
  );
};

/** Whether the vault has the new value is not known: the settler makes it a version. Only where the secret is not there, nothing is. */
const afterFailure = async (deps: Dependencies, { id, secretId }: Intent, error: unknown): Promise<void> => {
  const nothingWritten = error instanceof ApiError && error.errorName === 'EditSecretFailed';
  if (!nothingWritten) return;
  await change(deps, async (changes) => {
    await changes.remove('intent', id);
    changes.audit({
      actor: systemActor,
      action: 'secret.keep',
      subject: { type: 'secret', id: secretId },
      details: { reason: 'not-found' },
    });
  });
};
