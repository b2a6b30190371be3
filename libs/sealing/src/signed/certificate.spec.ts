import { beforeAll, describe, expect, it } from 'vitest';
import { generateOpeningKey } from '../keys/opening-key.ts';
import { generateSigningKey, importSigningKey } from '../keys/signing-key.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { certify, recipientKeyOf, verificationKeyOf, verifyCertificate, type Certificate } from './certificate.ts';
import { parseRootPublic } from './root.ts';

let store: SealingFixture;
let other: SealingFixture;

beforeAll(async () => {
  [store, other] = await Promise.all([createSealingFixture(), createSealingFixture()]);
});

const rootKeyOf = ({ keys }: SealingFixture) => importSigningKey(keys.recoveryFile.signingKey);

describe('certificate', () => {
  it("returns each role's key", () => {
    const { backend, pools, workers } = store.keys.backend.certificates;
    expect(verificationKeyOf(verifyCertificate(backend, store.root, 'backend')).keyId).toBe(store.signer.keyId);
    expect(recipientKeyOf(verifyCertificate(pools[0], store.root, 'pool')).keyId).toBe(store.poolKey.keyId);
    const worker = verifyCertificate(workers[0], store.root, 'worker');
    expect(verificationKeyOf(worker).keyId).toBe(store.workerSigner.keyId);
    expect(worker.poolId).toBe(verifyCertificate(pools[0], store.root, 'pool').subjectId);
  });

  it('rejects a certificate that is used for another role', () => {
    const { backend, pools, workers } = store.keys.backend.certificates;
    for (const [envelope, role] of [
      [workers[0], 'backend'],
      [pools[0], 'backend'],
      [backend, 'worker'],
      [backend, 'pool'],
    ] as const) {
      expect(() => verifyCertificate(envelope, store.root, role)).toThrow(
        expect.objectContaining({ code: 'UNTRUSTED' }),
      );
    }
    const pool = verifyCertificate(pools[0], store.root, 'pool');
    expect(() => verificationKeyOf(pool)).toThrow(expect.objectContaining({ code: 'UNTRUSTED' }));
    const worker = verifyCertificate(workers[0], store.root, 'worker');
    expect(() => recipientKeyOf(worker)).toThrow(expect.objectContaining({ code: 'UNTRUSTED' }));
  });

  it('rejects an injected pool key: certified by the backend, a worker, or another root', async () => {
    const stranger = await generateOpeningKey();
    const claims: Certificate = {
      role: 'pool',
      subjectId: 'pool',
      keyId: stranger.keyId,
      publicKey: stranger.publicKey,
      issuedAt: new Date().toISOString(),
    };
    for (const signer of [store.signer, store.workerSigner, rootKeyOf(other), await generateSigningKey()]) {
      const forged = certify(signer, claims);
      expect(() => verifyCertificate(forged, store.root, 'pool')).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      );
      const [signature] = forged.signatures;
      const posing = { ...forged, signatures: [{ ...signature, keyid: store.root.verificationKey.keyId }] };
      expect(() => verifyCertificate(posing, store.root, 'pool')).toThrow(
        expect.objectContaining({ code: 'BAD_SIGNATURE' }),
      );
    }
    expect(verifyCertificate(certify(rootKeyOf(store), claims), store.root, 'pool')).toEqual(claims);
  });

  it('rejects a certificate whose payload was exchanged', () => {
    const [pool] = store.keys.backend.certificates.pools;
    const [strange] = other.keys.backend.certificates.pools;
    const forged = { ...pool, payload: strange?.payload };
    expect(() => verifyCertificate(forged, store.root, 'pool')).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  });

  it('is not issued for a key with the wrong id or the wrong curve', async () => {
    const rootKey = rootKeyOf(store);
    const stranger = await generateOpeningKey();
    const claims = {
      role: 'pool',
      subjectId: 'pool',
      publicKey: stranger.publicKey,
      issuedAt: new Date().toISOString(),
    } as const;
    expect(() => certify(rootKey, { ...claims, keyId: store.poolKey.keyId })).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
    expect(() => certify(rootKey, { ...claims, role: 'backend', keyId: stranger.keyId })).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
  });
});

describe('root', () => {
  it('rejects a root that was exchanged: only the one with the pinned fingerprint is trusted', () => {
    expect(() => parseRootPublic(other.keys.root, store.keys.rootFingerprint)).toThrow(
      expect.objectContaining({ code: 'UNTRUSTED' }),
    );
  });

  it('rejects a root in which one of the two keys was exchanged', () => {
    const { signingPublicKey, recipientPublicKey } = other.keys.root;
    for (const change of [{ signingPublicKey }, { recipientPublicKey }]) {
      const forged = { ...store.keys.root, ...change };
      expect(() => parseRootPublic(forged, store.keys.rootFingerprint)).toThrow(
        expect.objectContaining({ code: 'UNTRUSTED' }),
      );
    }
  });

  it('accepts a fingerprint with the newline of its file', () => {
    expect(parseRootPublic(store.keys.root, `${store.keys.rootFingerprint}\n`).fingerprint).toBe(
      store.keys.rootFingerprint,
    );
  });
});
