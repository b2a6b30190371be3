import type { Actor, AlgorithmSecret, SecretCreateRequest } from '@secret-store/api';
import type { NewSet, SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { signNextSet } from '../../sets/next-set.ts';
import { noteReseal } from '../../workers/pools/note-reseal.ts';
import { describeSecret } from './describe-secret.ts';
import { metadataOf, withMetadata } from './secret-metadata.ts';
import { storeVersion } from './secret-version.ts';

interface Creation {
  readonly actor: Actor;
  readonly algorithmId: string;
  readonly request: Pick<SecretCreateRequest, 'short_name' | 'description' | 'secret_reference' | 'stale_seconds'>;
  readonly entry: SetEntry;
  /** what announced the write; null where nothing was written to a vault */
  readonly intentId: string | null;
}

/** The end of a creation: secret, version, set, audit event, and the intent gone, all or nothing. */
export const commitCreation = async (
  deps: Dependencies,
  change: Change,
  creation: Creation,
): Promise<AlgorithmSecret> => {
  const entry = withMetadata(creation.entry, metadataOf(creation.request));
  const set = await signNextSet(deps, change, creation.algorithmId, { put: [entry] });
  return recordCreation(deps, change, { ...creation, entry }, set);
};

/** What a creation writes beside the set, which may bring several. */
export const recordCreation = async (
  deps: Dependencies,
  change: Change,
  { actor, algorithmId, request, entry, intentId }: Creation,
  set: NewSet,
): Promise<AlgorithmSecret> => {
  const metadata = metadataOf(request);
  const { secretId, environmentVariable, version, providerId, providerKey } = entry;
  // its workers can open the provider's configuration, and seal it for the pools that use it from now on
  if (usesForTheFirstTime(set, entry)) noteReseal(deps, change, [deps.pools.firstPoolId], providerId);
  const valueId = uuidv7();
  const now = new Date();
  const row = await change.insert('secret', {
    id: secretId,
    algorithmId,
    ...metadata,
    staleSeconds: entry.staleSeconds ?? null,
    environmentVariable,
    providerId,
    providerKey,
    reference: request.secret_reference ?? null,
    version,
    valueId,
    createdAt: now,
    updatedAt: now,
  });
  await storeVersion(change, { id: valueId, secretId, version, providerVersion: null });
  if (intentId !== null) await change.remove('intent', intentId);
  change.audit({
    actor: userActor(actor),
    action: entry.reference === true ? 'secret.refer' : 'secret.create',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, environmentVariable, set: set.number },
  });
  return describeSecret(row);
};

/** In this set no other comes before it. The internal provider has no configuration that workers need. */
const usesForTheFirstTime = ({ secrets }: NewSet, { secretId, providerId, sealedHash }: SetEntry): boolean =>
  sealedHash === null && secrets.find((other) => other.providerId === providerId)?.secretId === secretId;
