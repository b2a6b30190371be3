import type { ResealTask, WorkerResealBatch } from '@secret-store/api/schemas';
import {
  type Binding,
  open,
  type OpenInput,
  type SealedRecord,
  sealedRecordSchema,
  SealingError,
  type SetBody,
  type SetEntry,
  type VerificationKey,
  backendKeyOf,
  verifySealedRecord,
  verifySet,
} from '@secret-store/sealing';
import type { ResealDependencies } from './reseal-dependencies.ts';

/** A record that this worker believes, and what it belongs to. */
export interface AcceptedRecord {
  readonly record: SealedRecord;
  readonly binding: Binding;
  /** ids of the pools that run it, by the signed set; null where nothing says so */
  readonly pools: readonly string[] | null;
  /** with which it is opened */
  readonly belief: Pick<OpenInput, 'hash' | 'signerKey'>;
}

type AcceptDependencies = Pick<ResealDependencies, 'keys' | 'logs'>;

/** Verifies the records of one batch, as they are verified when they are delivered. */
export class BatchVerifier {
  readonly #deps: AcceptDependencies;
  readonly #batch: Pick<WorkerResealBatch, 'sets'>;
  readonly #backendKey: VerificationKey;
  readonly #sets = new Map<string, SetBody>();

  /** @throws {SealingError} when the root did not certify the backend */
  constructor(deps: AcceptDependencies, batch: Pick<WorkerResealBatch, 'sets' | 'backendCertificate'>) {
    this.#deps = deps;
    this.#batch = batch;
    this.#backendKey = backendKeyOf(batch.backendCertificate, deps.keys.root);
  }

  /**
   * A current value by the hash that the signed set names; an older one and a configuration by who sealed it.
   * @throws {SealingError} when it is not genuine, or belongs to something else than its place
   */
  accept({ place, record }: Pick<ResealTask, 'place' | 'record'>): AcceptedRecord {
    return place.kind === 'value' ? this.#acceptValue(place, record) : this.#acceptConfiguration(place, record);
  }

  /** The secret as the signed set has it. @throws {SealingError} where it does not */
  entryOf({ algorithmId, secretId }: { readonly algorithmId: string; readonly secretId: string }): SetEntry {
    const entry = this.#setOf(algorithmId).secrets.find((one) => one.secretId === secretId);
    if (entry === undefined) throw new SealingError('UNTRUSTED', 'the signed set has no such secret');
    return entry;
  }

  #acceptValue(place: Extract<ResealTask['place'], { kind: 'value' }>, offered: unknown): AcceptedRecord {
    const { algorithmId, secretId, version } = place;
    const { pools = null } = this.#setOf(algorithmId);
    const entry = this.entryOf(place);
    if (entry.sealedHash === null || version > entry.version)
      throw new SealingError('UNTRUSTED', 'the signed set has no such value');
    if (version === entry.version) {
      const { environmentVariable } = entry;
      const binding = { type: 'secret', secretId, algorithmId, environmentVariable, version } as const;
      return { record: parsed(offered), binding, pools, belief: { hash: entry.sealedHash } };
    }
    const { record, signerKey } = this.#signed(offered);
    const { binding } = record;
    const isInPlace =
      binding.type === 'secret' &&
      binding.secretId === secretId &&
      binding.algorithmId === algorithmId &&
      binding.version === version;
    if (!isInPlace) throw new SealingError('BAD_BINDING', 'the sealed record belongs to another value');
    return { record, binding, pools, belief: { signerKey } };
  }

  #acceptConfiguration(
    { providerId, part }: Extract<ResealTask['place'], { kind: 'configuration' }>,
    offered: unknown,
  ): AcceptedRecord {
    const { record, signerKey } = this.#signed(offered);
    const { binding } = record;
    if (!('providerId' in binding) || binding.providerId !== providerId)
      throw new SealingError('BAD_BINDING', 'the sealed record belongs to another provider');
    if ((binding.type === 'provider-configuration') !== (part === 'shared'))
      throw new SealingError('BAD_BINDING', 'the sealed record is another part of the configuration');
    return { record, binding, pools: null, belief: { signerKey } };
  }

  #setOf(algorithmId: string): SetBody {
    const known = this.#sets.get(algorithmId);
    if (known !== undefined) return known;
    const set = verifySet(this.#batch.sets[algorithmId], this.#backendKey);
    if (set.algorithmId !== algorithmId) throw new SealingError('UNTRUSTED', 'the set is of another algorithm');
    this.#sets.set(algorithmId, set);
    return set;
  }

  /** By the backend, or by who sealed it again: the root, or a worker of a pool whose log was verified. */
  #signed(offered: unknown): { readonly record: SealedRecord; readonly signerKey: VerificationKey } {
    const { keyId } = parsed(offered).signature;
    const certified = [this.#backendKey, this.#deps.keys.root.verificationKey].find((key) => key.keyId === keyId);
    const signerKey = certified ?? this.#memberKey(keyId);
    return { record: verifySealedRecord({ record: offered, signerKey }), signerKey };
  }

  #memberKey(keyId: string): VerificationKey {
    for (const log of this.#deps.logs.all) {
      const member = log.isFounded ? log.state.memberOf(keyId) : undefined;
      if (member !== undefined) return member.key;
    }
    throw new SealingError('BAD_SIGNATURE', 'nobody of this store signed the sealed record');
  }
}

const parsed = (offered: unknown): SealedRecord => {
  const { success, data } = sealedRecordSchema.safeParse(offered);
  if (success) return data;
  throw new SealingError('BAD_RECORD', 'the sealed record has an unknown form');
};

/** The caller overwrites the result. */
export const openAccepted = (
  { keys }: Pick<ResealDependencies, 'keys'>,
  { record, binding, belief }: AcceptedRecord,
): Promise<Uint8Array> => {
  const opening = { record, binding, openingKeys: keys.openingKeys };
  if (belief.hash !== undefined) return open({ ...opening, hash: belief.hash });
  if (belief.signerKey !== undefined) return open({ ...opening, signerKey: belief.signerKey });
  throw new SealingError('UNTRUSTED', 'nothing says that the sealed record is genuine');
};
