import { type Actor, type AlgorithmSecret, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import type { SetEntry } from '@secret-store/sealing';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { providerFor } from '../running/provider-access.ts';
import { setTransaction } from '../sets/set-transaction.ts';
import { commitVersion } from './commits/commit-version.ts';
import { describeSecret } from './commits/describe-secret.ts';
import type { SecretMetadata } from './commits/secret-metadata.ts';
import { callProvider, contextOf, identifierOf, storableText } from '../running/provider-call.ts';
import { settleAfterFailure } from './settling/settle-intent.ts';
import { refuseLongValue } from './value-limit.ts';
import { beginIntent } from './commits/write-intent.ts';

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
  const { deps, actor, algorithmId, metadata, value } = update;
  const { providerId, providerKey } = update.entry;
  const { provider, maximumValueBytes } = await providerFor(deps, providerId, 'update');
  if (!(await callProvider(() => provider.allowsUpdate()))) {
    throw new ApiError(
      'EditSecretNotSupported',
      'The provider of this secret does not update values. Delete the secret and create it again.',
    );
  }
  refuseLongValue(value, maximumValueBytes);
  const entry = { ...update.entry, version: await nextVersion(deps, update.entry) };
  const intentId = await beginIntent(deps.db.prisma, { kind: 'update', algorithmId, entry, providerKey });
  try {
    const providerVersion = await callProvider(async () => {
      const context = contextOf(algorithmId, entry);
      return storableText(await provider.updateSecret(identifierOf(providerKey), value, context).catch(asEditFailed));
    });
    const change = { algorithmId, entry, providerVersion, metadata, actor: userActor(actor), settled: false };
    return describeSecret(await setTransaction(deps, (tx) => commitVersion(deps, tx, change)));
  } catch (error) {
    await afterFailure(update, intentId, error);
    throw error;
  }
};

/** Above the signed version and above those of updates that failed, whose values may be in the vault. */
const nextVersion = async (deps: Dependencies, entry: SetEntry): Promise<number> => {
  const { _max } = await deps.db.prisma.writeIntent.aggregate({
    where: { secretId: entry.secretId, kind: 'update' },
    _max: { version: true },
  });
  return Math.max(entry.version, _max.version ?? 0) + 1;
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

/**
 * Whether the vault has the new value is not known: the settler will make it a version. Only where the secret is not there, or
 * the value is our own sealed row, nothing is in doubt.
 */
const afterFailure = async ({ deps, entry }: ValueUpdate, intentId: string, error: unknown): Promise<void> => {
  if (entry.providerId === internalProviderId) return settleAfterFailure(deps, intentId, error);
  const nothingWritten = error instanceof ApiError && error.errorName === 'EditSecretFailed';
  if (nothingWritten) await deps.db.prisma.writeIntent.deleteMany({ where: { id: intentId } });
};
