import type { Actor, AlgorithmSecret, SecretCreateRequest } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { signNextSet } from '../../sets/next-set.ts';
import { describeSecret } from './describe-secret.ts';
import { withSealedHash } from './sealed-hash.ts';
import { metadataOf } from './secret-metadata.ts';

interface Creation {
  readonly actor: Actor;
  readonly algorithmId: string;
  readonly request: Pick<SecretCreateRequest, 'short_name' | 'description' | 'secret_reference'>;
  readonly entry: Omit<SetEntry, 'sealedHash'>;
  /** what announced the write; null where nothing was written to a vault */
  readonly intentId: string | null;
}

/** The end of a creation: secret, version, set, audit event, and the intent gone, all or nothing. */
export const commitCreation = async (
  deps: Dependencies,
  change: Change,
  { actor, algorithmId, request, entry, intentId }: Creation,
): Promise<AlgorithmSecret> => {
  const signed = await withSealedHash(deps, change.tx, algorithmId, entry);
  const set = await signNextSet(deps, change, algorithmId, { kind: 'put', entry: signed });
  const { secretId, environmentVariable, version, providerId, providerKey } = entry;
  const valueId = uuidv7();
  const now = new Date();
  const row = await change.insert('secret', {
    id: secretId,
    algorithmId,
    ...metadataOf(request),
    environmentVariable,
    providerId,
    providerKey,
    reference: request.secret_reference ?? null,
    version,
    valueId,
    createdAt: now,
    updatedAt: now,
  });
  await change.tx.secretVersion.create({ data: { id: valueId, secretId, version } });
  if (intentId !== null) await change.remove('intent', intentId);
  change.audit({
    actor: userActor(actor),
    action: entry.reference === true ? 'secret.refer' : 'secret.create',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, environmentVariable, set: set.number },
  });
  return describeSecret(row);
};
