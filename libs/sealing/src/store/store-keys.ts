import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../encoding/parse-json.ts';
import { createKeyRing } from '../keys/key-ring.ts';
import { exportOpeningKey, generateOpeningKey } from '../keys/opening-key.ts';
import { exportSigningKey, generateSigningKey } from '../keys/signing-key.ts';
import { certify } from '../signed/certificate.ts';
import type { Envelope } from '../signed/envelope.ts';
import { rootFingerprint, rootPublicJson, type RootPublicJson } from '../signed/root.ts';
import { recoveryFile } from './recovery-file.ts';

/** All keys of a new store, as the files that hold them; each part goes to one process alone. */
export interface StoreKeys {
  readonly root: RootPublicJson;
  readonly rootFingerprint: string;
  readonly recoveryFile: JsonObject;
  readonly backend: {
    readonly signingKey: JsonObject;
    readonly certificates: {
      readonly backend: Envelope;
      readonly pools: readonly [Envelope];
      readonly workers: readonly [Envelope];
    };
    readonly keyRing: JsonObject;
  };
  readonly worker: {
    readonly workerKey: JsonObject;
    readonly workerCertificate: Envelope;
    readonly poolKeys: readonly JsonObject[];
  };
}

/** Makes the root, the backend's key, one pool and one worker in it, and lets the root certify them. */
export async function createStoreKeys(): Promise<StoreKeys> {
  const [rootSigningKey, rootOpeningKey, backendKey, poolKey, workerKey] = await Promise.all([
    generateSigningKey(),
    generateOpeningKey(),
    generateSigningKey(),
    generateOpeningKey(),
    generateSigningKey(),
  ]);
  const issuedAt = new Date().toISOString();
  const poolId = randomUUID();
  const backend = certify(rootSigningKey, {
    role: 'backend',
    subjectId: randomUUID(),
    ...publicHalf(backendKey),
    issuedAt,
  });
  const pool = certify(rootSigningKey, { role: 'pool', subjectId: poolId, ...publicHalf(poolKey), issuedAt });
  const worker = certify(rootSigningKey, {
    role: 'worker',
    subjectId: randomUUID(),
    poolId,
    ...publicHalf(workerKey),
    issuedAt,
  });
  const rootKeys = { signingKey: rootSigningKey, openingKey: rootOpeningKey };
  const root = rootPublicJson(rootKeys);
  return {
    root,
    rootFingerprint: rootFingerprint(root),
    recoveryFile: await recoveryFile(rootKeys, [backend]),
    backend: {
      signingKey: exportSigningKey(backendKey),
      certificates: { backend, pools: [pool], workers: [worker] },
      keyRing: createKeyRing(),
    },
    worker: {
      workerKey: exportSigningKey(workerKey),
      workerCertificate: worker,
      poolKeys: [await exportOpeningKey(poolKey)],
    },
  };
}

function publicHalf(key: { keyId: string; publicKey: string }) {
  return { keyId: key.keyId, publicKey: key.publicKey };
}
