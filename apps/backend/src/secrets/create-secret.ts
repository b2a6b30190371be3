import { type Actor, type AlgorithmSecret, ApiError, type SecretCreateRequest } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../dependencies.ts';
import { providerFor } from '../running/provider-access.ts';
import { commitCreation } from './commits/commit-creation.ts';
import { findReferred } from './find-referred.ts';
import { callProvider, contextOf, storableText } from '../running/provider-call.ts';
import { settleAfterFailure } from './settling/settle-intent.ts';
import { asNameTaken, refuseTakenNames } from './taken-names.ts';
import { refuseLongValue } from './value-limit.ts';
import { beginIntent, secretLock } from './commits/write-intent.ts';

/** Intent, provider, commit: a crash in between leaves an intent, by which the value is found and deleted. */
export const createSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  request: SecretCreateRequest,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  if (request.owner_id !== algorithmId) {
    throw new ApiError('SecretMetadataConstraintViolation', 'owner_id must be the id of the algorithm in the path.', {
      field: 'owner_id',
    });
  }
  const names = { shortName: request.short_name, environmentVariable: request.secret_key };
  await refuseTakenNames(deps.db.prisma, algorithmId, names);
  const providerId = request.provider_id ?? (await defaultProviderId(deps));
  const { provider, maximumValueBytes } = await providerFor(deps, providerId, 'create');
  const entry = { secretId: uuidv7(), environmentVariable: request.secret_key, version: 1, providerId };
  if (request.secret_reference !== undefined) {
    return createReference({ deps, actor, algorithmId, request, provider, entry }, request.secret_reference);
  }
  if (!(await callProvider(() => provider.allowsCreate()))) {
    throw new ApiError('CreateSecretNotSupported', 'This secret provider does not create secrets. Choose another one.');
  }
  const value = requireValue(request);
  refuseLongValue(value, maximumValueBytes);
  return deps.db.withLock(secretLock(entry.secretId), () =>
    createLocked({ deps, actor, algorithmId, request, value, provider, entry }),
  );
};

/** Nothing is written to a vault, so there is no intent: a crash leaves nothing. */
const createReference = async (
  { deps, actor, algorithmId, request, provider, entry }: Omit<Creation, 'value'>,
  reference: string,
) => {
  const providerKey = await findReferred(provider, reference, contextOf(algorithmId, entry));
  const referring = { ...entry, providerKey, reference: true } as const;
  return commitCreation(deps, { actor, algorithmId, request, entry: referring, intentId: null }).catch(
    (error: unknown) => {
      throw asNameTaken(error);
    },
  );
};

const requireValue = ({ secret_value: value }: SecretCreateRequest): string => {
  if (value !== undefined) return value;
  throw new ApiError('CreateRequiresSecretValue', 'secret_value is required to create a secret.', {
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

const createLocked = async (creation: Creation): Promise<AlgorithmSecret> => {
  const { deps, actor, algorithmId, request, value, provider, entry } = creation;
  const intentId = await beginIntent(deps.db.prisma, { kind: 'create', algorithmId, entry, providerKey: null });
  try {
    const providerKey = await callProvider(async () =>
      storableText((await provider.createSecret(value, contextOf(algorithmId, entry))).getProviderKey()),
    );
    await deps.db.prisma.writeIntent.update({ where: { id: intentId }, data: { providerKey } });
    return await commitCreation(deps, { actor, algorithmId, request, entry: { ...entry, providerKey }, intentId });
  } catch (error) {
    await settleAfterFailure(deps, intentId, error);
    throw asNameTaken(error);
  }
};

const defaultProviderId = async (deps: Dependencies): Promise<string> => {
  const provider = await deps.db.prisma.provider.findFirst({ where: { isDefault: true }, select: { id: true } });
  if (provider !== null) return provider.id;
  throw new ApiError(
    'DefaultSecretProviderNotFound',
    'There is no default secret provider. Name one in provider_id, or ask an administrator to make one the default.',
  );
};
