import {
  type Actor,
  type AlgorithmSecret,
  ApiError,
  reasonReserved,
  type SecretUpdateRequest,
} from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { lockedEntry } from '../sets/locked-set.ts';
import { setTurn, signNextSet } from '../sets/next-set.ts';
import { lastingEntry, secretEntry } from '../sets/secret-entry.ts';
import { readCommitted } from '../sets/verified-set.ts';
import { describeSecret } from './commits/describe-secret.ts';
import { metadataOf, type SecretMetadata, withMetadata } from './commits/secret-metadata.ts';
import { existingSecret, secretNotFound } from './existing-secret.ts';
import { asNameTaken, refuseTakenNames } from './taken-names.ts';
import { updateReference } from './update-reference.ts';
import { updateValue } from './update-value.ts';
import { secretLock } from './commits/write-intent.ts';
import { requireEntry, requireWritable, type WhichSecret } from './required-entry.ts';

/** Without a value only the metadata changes: the provider is not asked, and there is no new version. */
export const updateSecret = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
  request: SecretUpdateRequest,
): Promise<AlgorithmSecret> => {
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const which = { algorithmId, secretId };
  const read = readCommitted(deps);
  const update = { deps, actor, algorithmId, request };
  const lasting = await requireEntry(deps, which, await lastingEntry(deps, read, algorithmId, secretId));
  refuseReserved(lasting);
  // one transaction is a lock enough
  if (lasting.providerId === internalProviderId) return updateEntry(update, lasting);
  return deps.db.withLock(secretLock(secretId), async () => {
    // before the vault is asked
    await existingSecret(deps, algorithmId, secretId);
    const locked = await requireWritable(deps, which, await secretEntry(deps, read, algorithmId, secretId));
    const names = { shortName: request.short_name, environmentVariable: locked.environmentVariable };
    await refuseTakenNames(deps, algorithmId, names, secretId);
    return updateEntry(update, locked);
  });
};

interface Update {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  readonly request: SecretUpdateRequest;
}

const updateEntry = async ({ request, ...where }: Update, entry: SetEntry): Promise<AlgorithmSecret> => {
  const { secret_key: key, secret_value: value, secret_reference: reference } = request;
  if (key !== undefined && key !== entry.environmentVariable) {
    throw new ApiError(
      'SecretMetadataConstraintViolation',
      'secret_key cannot be changed. Leave it out, or create a new secret.',
      { field: 'secret_key' },
    );
  }
  refuseOtherKind(entry, request);
  const metadata = metadataOf(request);
  try {
    if (value !== undefined) return await updateValue({ ...where, entry, metadata, value });
    if (reference !== undefined) return await updateReference({ ...where, entry, metadata, reference });
    return await updateMetadata({ ...where, metadata }, entry);
  } catch (error) {
    throw asNameTaken(error);
  }
};

/** Such a secret is from before its name was reserved. It is still delivered, and can be removed. */
export const refuseReserved = ({ environmentVariable }: SetEntry): void => {
  const reason = reasonReserved(environmentVariable);
  if (reason === null) return;
  throw new ApiError(
    'SecretMetadataConstraintViolation',
    `The variable ${environmentVariable} is reserved, since ${reason}. Create the secret under another name and remove this one.`,
    { field: 'secret_key' },
  );
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

const updateMetadata = (
  { deps, actor, algorithmId, metadata }: Omit<Update, 'request'> & { readonly metadata: SecretMetadata },
  { secretId, staleSeconds: signed }: SetEntry,
): Promise<AlgorithmSecret> => {
  const isSigned = metadata.staleSeconds !== undefined && metadata.staleSeconds !== (signed ?? null);
  return change(
    deps,
    async (changes) => {
      if (isSigned) await signMetadata(deps, changes, { algorithmId, secretId }, metadata);
      // another backend may have removed it
      if ((await changes.find('secret', secretId)) === null) throw secretNotFound();
      const row = await changes.update('secret', secretId, metadata);
      changes.audit({
        actor: userActor(actor),
        action: 'secret.describe',
        subject: { type: 'secret', id: secretId, name: row.environmentVariable },
        details: {
          algorithmId: row.algorithmId,
          fields: ['short_name', 'description', ...(isSigned ? ['stale_seconds'] : [])],
        },
      });
      return describeSecret(row);
    },
    isSigned ? { turn: setTurn(algorithmId) } : {},
  );
};

/** Workers believe only what is signed. The value and its version stay. */
const signMetadata = async (
  deps: Dependencies,
  changes: Change,
  which: WhichSecret,
  metadata: SecretMetadata,
): Promise<void> => {
  const { algorithmId, secretId } = which;
  // another write may have come first
  const entry = await requireWritable(deps, which, await lockedEntry(deps, changes, algorithmId, secretId));
  await signNextSet(deps, changes, algorithmId, { put: [withMetadata(entry, metadata)] });
};
