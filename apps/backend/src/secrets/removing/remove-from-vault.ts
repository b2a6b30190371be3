import { ApiError } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { Semaphore } from 'async-mutex';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { providerFor } from '../../running/provider-access.ts';
import { callProvider } from '../../running/provider-call.ts';
import { setTurn, signNextSet } from '../../sets/next-set.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { commitDeletions, deleteAtProvider } from '../commits/finish-deletion.ts';
import { isInDoubt } from '../../running/outcome-in-doubt.ts';
import { beginIntent, removeIntents } from '../commits/write-intent.ts';
import { secretNotFound } from '../existing-secret.ts';
import { withSecretLocks } from '../vaults/secret-locks.ts';

/** Of one removal at once, for each vault that is asked. */
const callsAtOnce = 8;

export interface Removal {
  readonly deps: Dependencies;
  readonly actor: AuditActor;
  readonly algorithmId: string;
}

/** A secret that was not removed, or not surely from its vault. */
export interface FailedRemoval {
  readonly secretId: string;
  readonly error: unknown;
}

interface Outcome {
  readonly entry: SetEntry;
  readonly state: 'deleted' | 'in doubt' | 'refused';
  readonly error: unknown;
}

/**
 * One set says that the deletions are under way: workers wait until they are decided. Then the vaults are asked, several secrets
 * at once, and one more set ends it. What a vault refuses stays. What it may have done is deleted for everybody, and the settler
 * goes on until the vault has it no more. A secret that the algorithm does not have (any more) fails with 8008. Where a provider
 * does not delete secrets, none is touched, and its secrets fail with 8010.
 */
export const removeFromVaults = (removal: Removal, secretIds: readonly string[]): Promise<readonly FailedRemoval[]> =>
  withSecretLocks(removal.deps, secretIds, async () => {
    const { deps, algorithmId } = removal;
    const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
    const signed = new Map(set?.body.secrets.map((entry) => [entry.secretId, entry]));
    const entries = secretIds.flatMap((id) => signed.get(id) ?? []);
    const gone = secretIds.filter((id) => !signed.has(id)).map((secretId) => ({ secretId, error: secretNotFound() }));
    return entries.length === 0 ? gone : [...gone, ...(await removeEntries(removal, entries))];
  });

const removeEntries = async (removal: Removal, entries: readonly SetEntry[]): Promise<readonly FailedRemoval[]> => {
  const { deps, algorithmId } = removal;
  const providers = await runProviders(deps, entries);
  const refused = await refusedByProvider(entries, providers);
  if (refused.length > 0) return refused;
  await announce(removal, entries);
  const turns = new Semaphore(callsAtOnce);
  const outcomes = await deps.removals.watch(algorithmId, entries.length, (answered) =>
    Promise.all(
      entries.map((entry) =>
        turns.runExclusive(async () => {
          const outcome = await outcomeOf(algorithmId, entry, providers.get(entry.providerId));
          answered();
          return outcome;
        }),
      ),
    ),
  );
  await commit(removal, outcomes);
  return outcomes.flatMap(({ entry: { secretId }, state, error }) =>
    state === 'deleted' ? [] : [{ secretId, error: state === 'refused' ? refusedByVault(error) : inDoubt(error) }],
  );
};

/** Running, by id. */
const runProviders = async (
  deps: Dependencies,
  entries: readonly SetEntry[],
): Promise<ReadonlyMap<string, AsyncSecretProvider>> => {
  const providers = new Map<string, AsyncSecretProvider>();
  for (const providerId of new Set(entries.map((entry) => entry.providerId))) {
    providers.set(providerId, (await providerFor(deps, providerId, 'delete').catch(cannotAsk)).provider);
  }
  return providers;
};

/** What helps where the vault does not, or never answers again. */
const wayOut = 'To remove it here without asking the vault, delete it with ?leave=true.';

const cannotAsk = (error: unknown): never => {
  throw error instanceof ApiError
    ? new ApiError(error.errorName, `${error.message} ${wayOut}`, { status: error.status, cause: error.cause })
    : error;
};

const refusedByProvider = async (
  entries: readonly SetEntry[],
  providers: ReadonlyMap<string, AsyncSecretProvider>,
): Promise<readonly FailedRemoval[]> => {
  const refused: FailedRemoval[] = [];
  for (const { secretId, providerId } of entries) {
    if (await callProvider(async () => providers.get(providerId)?.allowsDelete())) continue;
    const error = new ApiError(
      'UnableToDeleteSecret',
      `The provider of this secret does not delete secrets. Delete it in the vault itself. ${wayOut}`,
    );
    refused.push({ secretId, error });
  }
  return refused;
};

const announce = ({ deps, actor, algorithmId }: Removal, entries: readonly SetEntry[]): Promise<void> =>
  change(
    deps,
    async (changes) => {
      const leaving = entries.map((entry) => ({ ...entry, deleting: true as const }));
      await signNextSet(deps, changes, algorithmId, { put: leaving });
      for (const entry of entries) {
        const { providerKey } = entry;
        await beginIntent(changes, { kind: 'delete', algorithmId, entry, providerKey, actor });
      }
    },
    { turn: setTurn(algorithmId) },
  );

const outcomeOf = async (
  algorithmId: string,
  entry: SetEntry,
  provider: AsyncSecretProvider | undefined,
): Promise<Outcome> => {
  try {
    if (provider === undefined) throw new Error(`there is no provider of secret ${entry.secretId}`);
    await deleteAtProvider(provider, { ...entry, algorithmId });
    return { entry, state: 'deleted', error: null };
  } catch (error) {
    // what a crash left of an earlier attempt may still land, whatever the vault says now
    return { entry, state: isInDoubt(error) || entry.deleting ? 'in doubt' : 'refused', error };
  }
};

const commit = ({ deps, actor, algorithmId }: Removal, outcomes: readonly Outcome[]): Promise<void> =>
  change(
    deps,
    async (changes) => {
      const staying: SetEntry[] = [];
      for (const { entry, state } of outcomes) {
        const { secretId, environmentVariable, providerId } = entry;
        if (state !== 'in doubt') await removeIntents(changes, { secretId });
        if (state !== 'refused') continue;
        const { deleting: _, ...kept } = entry;
        staying.push(kept);
        changes.audit({
          ...{ actor, action: 'secret.keep', subject: { type: 'secret', id: secretId, name: environmentVariable } },
          details: { algorithmId, providerId },
        });
      }
      const deletions = outcomes.flatMap(({ entry, state }) =>
        state === 'refused'
          ? []
          : [{ ...entry, vault: state === 'deleted' ? ('deleted' as const) : ('pending' as const) }],
      );
      await commitDeletions(deps, changes, { actor, algorithmId, deletions, staying });
    },
    { turn: setTurn(algorithmId) },
  );

/** 8009 as it was; the message says what happens to the secret. */
const inDoubt = (error: unknown): unknown =>
  error instanceof ApiError
    ? new ApiError(
        error.errorName,
        `${error.message} The secret is removed from the algorithm. The store keeps trying to delete it in the vault.`,
        { status: error.status, cause: error.cause },
      )
    : error;

const refusedByVault = (error: unknown): unknown =>
  error instanceof ApiError
    ? new ApiError('UnableToDeleteSecret', `${error.message} The secret stays as it was. ${wayOut}`, { cause: error })
    : error;
