import { type Actor, type AlgorithmSecret, ApiError, type SecretCreateRequest } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { internalProviderIn } from '../running/internal-provider.ts';
import { providerFor } from '../running/provider-access.ts';
import { lockedSet } from '../sets/locked-set.ts';
import { setTurn } from '../sets/next-set.ts';
import { commitCreation } from './commits/commit-creation.ts';
import { findReferred } from './find-referred.ts';
import { callProvider, contextOf } from '../running/provider-call.ts';
import { asNameTaken, refuseTakenNames } from './taken-names.ts';
import { generateValue, refuseLongValue } from './secret-value.ts';
import { beginIntent, secretLock } from './commits/write-intent.ts';
import { createInVault, foretellKey, takeBack } from './vaults/create-in-vault.ts';

/** A new secret of the algorithm: a value, which its provider stores, or a reference to one that the vault has already. */
export const createSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  request: SecretCreateRequest,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  if (request.owner_id !== algorithmId) {
    throw new ApiError('SecretMetadataConstraintViolation', 'owner_id must be the id of the algorithm in the path.', {
      field: 'owner_id',
    });
  }
  const { providerId, provider, maximumValueBytes } = await providerFor(deps, request.provider_id ?? null, 'create');
  const entry = { secretId: uuidv7(), environmentVariable: request.secret_key, version: 1, providerId };
  if (request.secret_reference !== undefined) {
    return createReference({ deps, actor, algorithmId, request, provider, entry }, request.secret_reference);
  }
  if (!(await callProvider(() => provider.allowsCreate()))) {
    throw new ApiError('CreateSecretNotSupported', 'This secret provider does not create secrets. Choose another one.');
  }
  const value = requireValue(request);
  refuseLongValue(value, maximumValueBytes);
  const creation = { deps, actor, algorithmId, request, value, provider, entry };
  if (providerId === internalProviderId) return createInternal(creation);
  await refuseTaken(creation);
  return deps.db.withLock(secretLock(entry.secretId), () => createVaultSecret(creation));
};

/** Before the vault is asked. */
const refuseTaken = ({ deps, algorithmId, request }: Pick<Creation, 'deps' | 'algorithmId' | 'request'>) =>
  refuseTakenNames(deps, algorithmId, { shortName: request.short_name, environmentVariable: request.secret_key });

/** Nothing is written to a vault, so there is no intent: a crash leaves nothing. */
const createReference = async (
  { deps, actor, algorithmId, request, provider, entry }: Omit<Creation, 'value'>,
  reference: string,
) => {
  await refuseTaken({ deps, algorithmId, request });
  const providerKey = await findReferred(provider, reference, contextOf(algorithmId, entry));
  const referring = { ...entry, providerKey, sealedHash: null, reference: true } as const;
  return change(
    deps,
    (changes) => commitCreation(deps, changes, { actor, algorithmId, request, entry: referring, intentId: null }),
    { turn: setTurn(algorithmId) },
  ).catch(throwNameTaken);
};

const throwNameTaken = (error: unknown): never => {
  throw asNameTaken(error);
};

const requireValue = ({ secret_value: value, generate }: SecretCreateRequest): string => {
  if (generate !== undefined) return generateValue(generate);
  if (value !== undefined) return value;
  throw new ApiError('CreateRequiresSecretValue', 'secret_value or generate is required to create a secret.', {
    field: 'secret_value',
  });
};

interface Creation {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  readonly request: SecretCreateRequest;
  readonly value: string;
  readonly provider: AsyncSecretProvider;
  readonly entry: Omit<SetEntry, 'sealedHash' | 'providerKey' | 'reference'>;
}

/** Value, set and row in one transaction: a crash leaves all or nothing. */
const createInternal = ({ deps, actor, algorithmId, request, value, entry }: Creation): Promise<AlgorithmSecret> =>
  change(
    deps,
    async (changes) => {
      await lockedSet(deps, changes, algorithmId);
      const { provider, stored } = internalProviderIn(deps, changes, null);
      const identifier = await provider.createSecret(value, contextOf(algorithmId, entry));
      const sealed = { ...entry, providerKey: identifier.getProviderKey(), sealedHash: stored.hash };
      return commitCreation(deps, changes, { actor, algorithmId, request, entry: sealed, intentId: null });
    },
    { turn: setTurn(algorithmId) },
  ).catch(throwNameTaken);

/** Intent, provider, commit: a crash in between leaves an intent, by which the value is found and deleted. */
const createVaultSecret = async ({
  deps,
  actor,
  algorithmId,
  request,
  value,
  provider,
  entry,
}: Creation): Promise<AlgorithmSecret> => {
  const foretold = await foretellKey(provider, contextOf(algorithmId, entry));
  const begun = { kind: 'create' as const, algorithmId, entry, providerKey: foretold, actor: userActor(actor) };
  const intent = await change(deps, (changes) => beginIntent(changes, begun));
  const stored = { ...entry, providerKey: await createInVault(deps, provider, intent, value), sealedHash: null };
  const creation = { actor, algorithmId, request, entry: stored, intentId: intent.id };
  try {
    return await change(deps, (changes) => commitCreation(deps, changes, creation), { turn: setTurn(algorithmId) });
  } catch (error) {
    await takeBack(deps, intent);
    throw asNameTaken(error);
  }
};
