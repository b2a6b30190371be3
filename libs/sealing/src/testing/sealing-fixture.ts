import { importOpeningKey } from '../keys/opening-key.ts';
import { importSigningKey } from '../keys/signing-key.ts';
import type { SecretBinding } from '../sealed/binding.ts';
import { seal } from '../sealed/seal.ts';
import { recipientKeyOf, verificationKeyOf, verifyCertificate } from '../signed/certificate.ts';
import { parseRootPublic } from '../signed/root.ts';
import { readRecoveryFile } from '../store/recovery-file.ts';
import { createStoreKeys } from '../store/store-keys.ts';

export const binding: SecretBinding = {
  type: 'secret',
  secretId: '0192f0c1-0000-7000-8000-000000000001',
  algorithmId: '0192f0c1-0000-7000-8000-000000000002',
  environmentVariable: 'MYSQL_PASSWORD',
  version: 3,
};

/** A new store with its keys read in, as its processes would read them. */
export async function createSealingFixture() {
  const keys = await createStoreKeys();
  const root = parseRootPublic(keys.root, keys.rootFingerprint);
  const [poolEnvelope] = keys.backend.certificates.pools;
  const [poolKeyJson] = keys.worker.poolKeys;
  const poolKey = await importOpeningKey(poolKeyJson);
  const recovery = await readRecoveryFile(keys.recoveryFile);
  const [rootOpeningKey] = recovery.openingKeys;
  if (!rootOpeningKey) throw new Error('the recovery file holds no opening key');
  const signer = importSigningKey(keys.backend.signingKey);
  const signerKey = verificationKeyOf(verifyCertificate(keys.backend.certificates.backend, root, 'backend'));
  const recipients = [recipientKeyOf(verifyCertificate(poolEnvelope, root, 'pool')), root.recipient];
  return {
    keys,
    root,
    signer,
    signerKey,
    recipients,
    poolKey,
    rootOpeningKey,
    recovery,
    workerSigner: importSigningKey(keys.worker.workerKey),
    sealText: (text: string) => seal({ value: Buffer.from(text), binding, recipients, signer }),
  };
}

export type SealingFixture = Awaited<ReturnType<typeof createSealingFixture>>;
