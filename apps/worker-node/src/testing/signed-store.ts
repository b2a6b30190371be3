import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { WorkerDelivery } from '@secret-store/api/schemas';
import {
  type AuditHead,
  type Binding,
  type ConfigurationBinding,
  createStoreKeys,
  type Envelope,
  importOpeningKey,
  importSigningKey,
  keyFiles,
  type NewSet,
  parseRootPublic,
  readRecoveryFile,
  type RecipientKey,
  type RestoreEpoch,
  type RootPublic,
  seal,
  type SealedRecord,
  sealedRecordHash,
  type SecretBinding,
  type SetEntry,
  setHash,
  signAuditHead,
  type SigningKey,
  signRestoreEpoch,
  signSet,
  verifyCertificate,
} from '@secret-store/sealing';

/** Stable ids for tests: the same word, the same UUID. */
export const idOf = (word: string): string => {
  const hex = createHash('sha256').update(word).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const algorithmId = idOf('algorithm');

export interface InternalValue {
  readonly entry: SetEntry;
  readonly record: SealedRecord;
}

/** Real keys, and the functions with which a backend signs and seals. */
export class SignedStore {
  readonly signer: SigningKey;
  readonly certificate: Envelope;
  readonly workerCertificate: Envelope;
  readonly root: RootPublic;
  /** the pool of the store's first worker */
  readonly poolId: string;
  readonly #recipients: readonly RecipientKey[];
  readonly #rootKey: SigningKey;
  readonly #signed: (NewSet & { readonly asked: string; readonly envelope: Envelope })[] = [];

  private constructor(
    keys: Pick<SignedStore, 'signer' | 'certificate' | 'workerCertificate' | 'root'>,
    pool: RecipientKey,
    rootKey: SigningKey,
  ) {
    this.#rootKey = rootKey;
    this.signer = keys.signer;
    this.certificate = keys.certificate;
    this.workerCertificate = keys.workerCertificate;
    this.root = keys.root;
    this.poolId = verifyCertificate(keys.workerCertificate, keys.root, 'worker').poolId ?? '';
    this.#recipients = [pool, keys.root.recipient];
  }

  /** Also writes the files that `init` gives a worker to the folder. */
  static async create(workerDirectory: string): Promise<SignedStore> {
    const keys = await createStoreKeys();
    mkdirSync(workerDirectory, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(keyFiles(keys).worker))
      writeFileSync(path.join(workerDirectory, name), text, { mode: 0o400 });
    return new SignedStore(
      {
        signer: importSigningKey(keys.backend.signingKey),
        certificate: keys.backend.certificates.backend,
        workerCertificate: keys.worker.workerCertificate,
        root: parseRootPublic(keys.root, keys.rootFingerprint),
      },
      await importOpeningKey(keys.worker.poolKeys[0]),
      (await readRecoveryFile(keys.recoveryFile)).signingKey,
    );
  }

  async internalValue(
    environmentVariable: string,
    value: string,
    changes: Partial<SecretBinding> = {},
    recipients = this.#recipients,
  ): Promise<InternalValue> {
    const secretId = idOf(environmentVariable);
    const binding: SecretBinding = {
      type: 'secret',
      secretId,
      algorithmId,
      environmentVariable,
      version: 1,
      ...changes,
    };
    const record = await seal({
      value: Buffer.from(value),
      binding,
      recipients,
      signer: this.signer,
    });
    const { version } = binding;
    const entry = {
      secretId,
      environmentVariable,
      version,
      providerId: idOf('internal provider'),
      providerKey: secretId,
      sealedHash: sealedRecordHash(record),
    };
    return { entry, record };
  }

  configuration(
    binding: Omit<ConfigurationBinding, 'type'>,
    configuration: Readonly<Record<string, string>>,
  ): Promise<SealedRecord> {
    return this.sealValues({ type: 'provider-configuration', ...binding }, configuration);
  }

  sealValues(binding: Binding, values: Readonly<Record<string, string>>): Promise<SealedRecord> {
    return seal({
      value: Buffer.from(JSON.stringify(values)),
      binding,
      recipients: this.#recipients,
      signer: this.signer,
    });
  }

  /** Follows the sets that were signed here before, unless `changes` says otherwise. The same again gives the same set. */
  signSet(secrets: readonly SetEntry[], changes: Partial<NewSet> = {}): Envelope {
    const about = { algorithmId, owner: 'demo', name: 'hello', number: 1, ...changes };
    const asked = JSON.stringify([about, secrets]);
    const again = this.#signed.find((set) => set.asked === asked);
    if (again) return again.envelope;
    const before = this.#signed
      .filter((set) => set.algorithmId === about.algorithmId && set.number < about.number)
      .toSorted((a, b) => a.number - b.number)
      .at(-1);
    const previous = before?.number === about.number - 1 ? setHash(before.envelope) : null;
    const since = (entry: SetEntry): number =>
      before?.secrets.find((old) => isDeepStrictEqual({ ...old, since: 0 }, { ...entry, since: 0 }))?.since ??
      about.number;
    const set: NewSet = {
      previous,
      pools: [this.poolId],
      secrets: secrets.map((entry) => ({ ...entry, since: entry.since ?? since(entry) })),
      ...about,
    };
    const envelope = signSet(set, this.signer);
    this.#signed.push({ ...set, asked, envelope });
    return envelope;
  }

  signHead(changes: Partial<AuditHead> = {}): Envelope {
    return signAuditHead({ epoch: 0, sequence: 1, hash: 'ab'.repeat(32), ...changes }, this.signer);
  }

  /** With the recovery file, which only a test has at hand. */
  signRestore(changes: Partial<RestoreEpoch> = {}): Envelope {
    const head = { sequence: 1, hash: 'ab'.repeat(32) };
    const at = '2026-01-02T03:04:05.678Z';
    return signRestoreEpoch({ epoch: 1, at, head, sets: [], activations: [], ...changes }, this.#rootKey);
  }

  delivery(values: readonly InternalValue[], changes: Partial<NewSet> = {}): WorkerDelivery {
    return {
      backendCertificate: this.certificate,
      set: this.signSet(
        values.map(({ entry }) => entry),
        changes,
      ),
      sealedValues: Object.fromEntries(values.map(({ entry, record }) => [entry.secretId, record])),
      providers: {},
    };
  }
}
