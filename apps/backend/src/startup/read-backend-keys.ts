import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  envelopeSchema,
  importSigningKey,
  parseKeyRing,
  parseRootPublic,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { BackendKeys } from '../dependencies.ts';

const Certificates = z.object({
  backend: envelopeSchema,
  pools: z.array(envelopeSchema),
  workers: z.array(envelopeSchema),
});

/** The root counts only when it has the fingerprint of the setting or, without one, of the file beside it. */
export const readBackendKeys = async (directory: string, rootFingerprint: string | null): Promise<BackendKeys> => {
  const text = (name: string) => readFile(path.join(directory, name), 'utf8');
  const json = async (name: string): Promise<unknown> => JSON.parse(await text(name));
  const fingerprint = rootFingerprint ?? (await text('root-fingerprint')).trim();
  const root = parseRootPublic(await json('root.json'), fingerprint);
  const certificates = Certificates.parse(await json('certificates.json'));
  const signer = importSigningKey(await json('signing-key.json'));
  const verificationKey = verificationKeyOf(verifyCertificate(certificates.backend, root, 'backend'));
  if (verificationKey.keyId !== signer.keyId) {
    throw new Error('certificates.json certifies another key than signing-key.json. Restore both from the same backup.');
  }
  return {
    root,
    signer,
    verificationKey,
    certificate: certificates.backend,
    keyRing: parseKeyRing(await json('key-ring.json')),
    certificates: { pools: certificates.pools, workers: certificates.workers },
  };
};
