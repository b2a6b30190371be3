import { type Actor, type AlgorithmSecret, ApiError, type SecretCreateRequest } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { authorisedAlgorithm } from '../algorithms/authorised-algorithm.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { providerFor } from '../providers/provider-access.ts';
import { signNextSet } from '../sets/next-set.ts';
import { setTransaction } from '../sets/set-transaction.ts';
import { describedSecret, describeSecret } from './describe-secret.ts';
import { ask, contextOf, storableText } from './provider-call.ts';
import { withSealedHash } from './sealed-hash.ts';
import { settleAfterFailure } from './settle-after-failure.ts';
import { asNameTaken, refuseTakenNames } from './taken-names.ts';
import { refuseLongValue } from './value-limit.ts';
import { beginIntent, secretLock } from './write-intent.ts';

/** Intent, provider, commit: a crash in between leaves an intent, by which the value is found and deleted. */
export const createSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  request: SecretCreateRequest,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, { id: algorithmId });
  if (request.owner_id !== algorithmId) {
    throw new ApiError('SecretMetadataConstraintViolation', 'owner_id must be the id of the algorithm in the path.', {
      field: 'owner_id',
    });
  }
  const names = { shortName: request.short_name, environmentVariable: request.secret_key };
  await refuseTakenNames(deps.db.prisma, algorithmId, names);
  const providerId = request.provider_id ?? (await defaultProviderId(deps));
  const provider = await providerFor(deps, providerId, 'create');
  if (!(await ask(() => provider.allowsCreate()))) {
    throw new ApiError('CreateSecretNotSupported', 'This secret provider does not create secrets. Choose another one.');
  }
  await refuseLongValue(deps.db.prisma, providerId, request.secret_value);
  const entry = { secretId: uuidv7(), environmentVariable: request.secret_key, version: 1, providerId };
  return deps.db.withLock(secretLock(entry.secretId), () =>
    createLocked({ deps, actor, algorithmId, request, provider, entry }),
  );
};

interface Creation {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  readonly request: SecretCreateRequest;
  readonly provider: AsyncSecretProvider;
  readonly entry: Omit<SetEntry, 'sealedHash' | 'providerKey'>;
}

const createLocked = async (creation: Creation): Promise<AlgorithmSecret> => {
  const { deps, algorithmId, request, provider, entry } = creation;
  const intentId = await beginIntent(deps.db.prisma, { kind: 'create', algorithmId, entry, providerKey: null });
  try {
    const providerKey = await ask(async () =>
      storableText((await provider.createSecret(request.secret_value, contextOf(algorithmId, entry))).getProviderKey()),
    );
    await deps.db.prisma.writeIntent.update({ where: { id: intentId }, data: { providerKey } });
    return await commitCreation(creation, { ...entry, providerKey }, intentId);
  } catch (error) {
    await settleAfterFailure(deps, intentId, error);
    throw asNameTaken(error);
  }
};

const commitCreation = (
  { deps, actor, algorithmId, request }: Creation,
  entry: Omit<SetEntry, 'sealedHash'>,
  intentId: string,
): Promise<AlgorithmSecret> =>
  setTransaction(deps, async (tx) => {
    const signed = await withSealedHash(deps, tx, algorithmId, entry);
    const set = await signNextSet(deps, tx, algorithmId, { kind: 'put', entry: signed });
    const { secretId, environmentVariable, version, providerId, providerKey } = entry;
    const row = await tx.secret.create({
      data: {
        id: secretId,
        algorithmId,
        shortName: request.short_name,
        description: request.description,
        environmentVariable,
        providerId,
        providerKey,
        version,
        versions: { create: { id: uuidv7(), version } },
      },
      include: describedSecret,
    });
    await tx.writeIntent.delete({ where: { id: intentId } });
    await appendAuditEvent(tx, {
      actor: userActor(actor),
      action: 'secret.create',
      subject: { type: 'secret', id: secretId },
      details: { algorithmId, providerId, environmentVariable, set: set.number },
    });
    return describeSecret(row);
  });

const defaultProviderId = async (deps: Dependencies): Promise<string> => {
  const provider = await deps.db.prisma.provider.findFirst({ where: { isDefault: true }, select: { id: true } });
  if (provider !== null) return provider.id;
  throw new ApiError(
    'DefaultSecretProviderNotFound',
    'There is no default secret provider. Name one in provider_id, or ask an administrator to make one the default.',
  );
};
