import { ApiError } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import type { SetEntry } from '@secret-store/sealing';
import { type AuditActor, systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { passRefused } from '../../rows/row-refused.ts';
import { callProvider, contextOf, identifierOf, storableText } from '../../running/provider-call.ts';
import { beginIntent, type Intent, intentIds } from '../commits/write-intent.ts';

export interface AnnouncedUpdate {
  /** as it was signed, with the next version */
  readonly entry: SetEntry;
  readonly intent: Intent;
}

/** Says, before the vault is asked, what a crash would leave. */
export const announceUpdate = async (
  changes: Change,
  { algorithmId, entry, actor }: { readonly algorithmId: string; readonly entry: SetEntry; readonly actor: AuditActor },
): Promise<AnnouncedUpdate> => {
  const next = { ...entry, version: await nextVersion(changes, entry) };
  const { providerKey } = entry;
  return {
    entry: next,
    intent: await beginIntent(changes, { kind: 'update', algorithmId, entry: next, providerKey, actor }),
  };
};

/** Above the signed version and above those of updates that failed, whose values may be in the vault. */
const nextVersion = async (changes: Change, { secretId, version }: SetEntry): Promise<number> => {
  let newest = version;
  for (const id of await intentIds(changes, { secretId, kind: 'update' })) {
    const intent = await changes.find('intent', id).catch(passRefused);
    newest = Math.max(newest, intent?.version ?? 0);
  }
  return newest + 1;
};

/**
 * Gives an announced update to the vault. What the vault no longer has is stored there again, where it lands under the same
 * identifier.
 * @returns null where nobody was told the new version
 */
export const updateInVault = (
  provider: AsyncSecretProvider,
  { entry, intent }: AnnouncedUpdate,
  value: string,
): Promise<string | null> =>
  callProvider(async () => {
    const { providerKey } = entry;
    const context = contextOf(intent.algorithmId, entry);
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

export const asEditFailed = (error: unknown): never => {
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
export const endFailedUpdate = async (deps: Dependencies, intent: Intent, error: unknown): Promise<void> => {
  const nothingWritten = error instanceof ApiError && error.errorName === 'EditSecretFailed';
  if (nothingWritten) await change(deps, (changes) => dropUpdate(changes, intent, 'not-found'));
};

/** Of an update that the vault has not, and will not. */
export const dropUpdate = async (
  changes: Change,
  { id, secretId }: Intent,
  reason: 'not-found' | 'not-asked',
): Promise<void> => {
  await changes.remove('intent', id);
  changes.audit({
    actor: systemActor,
    action: 'secret.keep',
    subject: { type: 'secret', id: secretId },
    details: { reason },
  });
};
