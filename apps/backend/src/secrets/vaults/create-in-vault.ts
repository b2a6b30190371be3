import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SecretContext } from '@secret-store/provider-sdk';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { callProvider, contextOf, storableText } from '../../running/provider-call.ts';
import { isInDoubt } from '../../running/outcome-in-doubt.ts';
import type { Intent } from '../commits/write-intent.ts';
import { settleAfterFailure } from '../settling/settle-intent.ts';

/** The key that the vault will give the secret; null where only its answer tells it. */
export const foretellKey = (provider: AsyncSecretProvider, context: SecretContext): Promise<string | null> =>
  callProvider(async () => {
    const foretold = await provider.identifierFor?.(context);
    return foretold === undefined ? null : storableText(foretold.getProviderKey());
  });

/**
 * Stores a value that an intent has announced, under the secret's lock.
 * @param refused called as soon as the vault has failed
 * @returns its provider key
 * @throws what the provider throws; what the vault may have by then is settled
 */
export const createInVault = async (
  deps: Dependencies,
  provider: AsyncSecretProvider,
  intent: Intent,
  value: string,
  refused: () => void = () => undefined,
): Promise<string> => {
  const context = contextOf(intent.algorithmId, intent);
  const identifier = await callProvider(() => provider.createSecret(value, context)).catch(async (error: unknown) => {
    refused();
    await settleAfterFailure(deps, intent.id, { inDoubt: isInDoubt(error) });
    throw error;
  });
  try {
    const providerKey = storableText(identifier.getProviderKey());
    if (providerKey !== intent.providerKey) await noteProviderKey(deps, intent, providerKey);
    return providerKey;
  } catch (error) {
    await takeBack(deps, intent);
    throw error;
  }
};

/** After the vault has answered: nothing of the request lands later. */
export const takeBack = (deps: Dependencies, { id }: Pick<Intent, 'id'>): Promise<void> =>
  settleAfterFailure(deps, id, { inDoubt: false });

/** So that a crash before the commit leaves nothing that nobody can name. */
const noteProviderKey = (deps: Dependencies, { id, secretId }: Intent, providerKey: string): Promise<unknown> =>
  change(deps, async (changes) => {
    await changes.update('intent', id, { providerKey });
    changes.audit({
      actor: systemActor,
      action: 'secret.begin',
      subject: { type: 'secret', id: secretId },
      details: { identifier: 'told' },
    });
  });

/** Of a create that its vault was never asked for. */
export const dropCreation = async (changes: Change, intent: Intent): Promise<void> => {
  const { id, secretId, environmentVariable: name, algorithmId, providerId } = intent;
  await changes.remove('intent', id);
  changes.audit({
    ...{ actor: systemActor, action: 'secret.keep', subject: { type: 'secret', id: secretId, name } },
    details: { algorithmId, providerId, reason: 'not-asked' },
  });
};
