import { type Actor, type AlgorithmSecret, ApiError, type SecretUpdateRequest } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { secretEntry } from '../sets/secret-entry.ts';
import { describeSecret } from './commits/describe-secret.ts';
import { metadataOf, type SecretMetadata } from './commits/secret-metadata.ts';
import { existingSecret, secretNotFound } from './existing-secret.ts';
import { asNameTaken, refuseTakenNames } from './taken-names.ts';
import { updateReference } from './update-reference.ts';
import { updateValue } from './update-value.ts';
import { secretLock } from './commits/write-intent.ts';

/** Without a value only the metadata changes: the provider is not asked, and there is no new version. */
export const updateSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
  request: SecretUpdateRequest,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  return deps.db.withLock(secretLock(secretId), async () => {
    const entry = await writableEntry(deps, algorithmId, secretId);
    const { environmentVariable } = entry;
    if (request.secret_key !== undefined && request.secret_key !== environmentVariable) {
      throw new ApiError(
        'SecretMetadataConstraintViolation',
        'secret_key cannot be changed. Leave it out, or create a new secret.',
        {
          field: 'secret_key',
        },
      );
    }
    const metadata = metadataOf(request);
    await refuseTakenNames(deps, algorithmId, { ...metadata, environmentVariable }, secretId);
    const { secret_value: value, secret_reference: reference } = request;
    refuseOtherKind(entry, request);
    try {
      if (value !== undefined) return await updateValue({ deps, actor, algorithmId, entry, metadata, value });
      if (reference !== undefined)
        return await updateReference({ deps, actor, algorithmId, entry, metadata, reference });
      return await updateMetadata(deps, actor, secretId, metadata);
    } catch (error) {
      throw asNameTaken(error);
    }
  });
};

/** What is a reference stays one, and what has a value of ours keeps having one. */
const refuseOtherKind = (
  entry: SetEntry,
  { secret_value: value, secret_reference: reference }: SecretUpdateRequest,
): void => {
  if (entry.reference === true && value !== undefined) {
    throw new ApiError(
      'EditSecretNotSupported',
      'This secret is a reference. Change its value in the vault, or send secret_reference to point to another secret.',
      {
        field: 'secret_value',
      },
    );
  }
  if (entry.reference !== true && reference !== undefined) {
    throw new ApiError(
      'SecretMetadataConstraintViolation',
      'secret_reference works only for references. Delete this secret and create it again as a reference.',
      {
        field: 'secret_reference',
      },
    );
  }
};

/** @throws {ApiError} 8008 when there is no such secret, or one whose deletion is under way */
const writableEntry = async (deps: Dependencies, algorithmId: string, secretId: string): Promise<SetEntry> => {
  await existingSecret(deps, algorithmId, secretId);
  const entry = await secretEntry(deps, algorithmId, secretId);
  if (entry === null || entry.deleting) throw secretNotFound();
  return entry;
};

const updateMetadata = (
  deps: Dependencies,
  actor: Actor,
  secretId: string,
  metadata: SecretMetadata,
): Promise<AlgorithmSecret> =>
  change(deps, async (changes) => {
    const row = await changes.update('secret', secretId, metadata);
    changes.audit({
      actor: userActor(actor),
      action: 'secret.describe',
      subject: { type: 'secret', id: secretId, name: row.environmentVariable },
      details: { algorithmId: row.algorithmId, fields: ['short_name', 'description'] },
    });
    return describeSecret(row);
  });
