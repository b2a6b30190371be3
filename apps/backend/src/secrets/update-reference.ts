import type { Actor, AlgorithmSecret } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { providerFor } from '../running/provider-access.ts';
import { commitVersion } from './commits/commit-version.ts';
import { setTurn } from '../sets/next-set.ts';
import type { SecretMetadata } from './commits/secret-metadata.ts';
import { findReferred } from './find-referred.ts';
import { contextOf } from '../running/provider-call.ts';

interface ReferenceUpdate {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  /** as it was signed */
  readonly entry: SetEntry;
  readonly metadata: SecretMetadata;
  readonly reference: string;
}

/** Points elsewhere in the same vault, under the secret's lock. Nothing in the vault changes. */
export const updateReference = async ({
  deps,
  actor,
  algorithmId,
  entry,
  metadata,
  reference,
}: ReferenceUpdate): Promise<AlgorithmSecret> => {
  const { provider } = await providerFor(deps, entry.providerId, 'update');
  const next = { ...entry, version: entry.version + 1 };
  const providerKey = await findReferred(provider, reference, contextOf(algorithmId, next));
  const version = {
    ...{ algorithmId, entry: { ...next, providerKey }, providerVersion: null, settled: false },
    metadata: { ...metadata, reference },
    actor: userActor(actor),
  };
  return change(deps, (changes) => commitVersion(deps, changes, version), { turn: setTurn(algorithmId) });
};
