import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  envelopeSchema,
  importSigningKey,
  keyFileNames,
  parseKeyRing,
  parseRootPublic,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { BackendKeys } from '../dependencies.ts';

const files = keyFileNames.backend;

const Certificates = z.object({
  backend: envelopeSchema,
  pools: z.tuple([envelopeSchema]),
  workers: z.tuple([envelopeSchema]),
});

/** The root counts only when it has the fingerprint of the setting or, without one, of the file beside it. */
export const readBackendKeys = async (directory: string, rootFingerprint: string | null): Promise<BackendKeys> => {
  const text = (name: string) => readFile(path.join(directory, name), 'utf8');
  const json = async (name: string): Promise<unknown> => JSON.parse(await text(name));
  const fingerprint = rootFingerprint ?? (await text(files.rootFingerprint)).trim();
  const root = parseRootPublic(await json(files.root), fingerprint);
  const certificates = Certificates.parse(await json(files.certificates));
  const signer = importSigningKey(await json(files.signingKey));
  const verificationKey = verificationKeyOf(verifyCertificate(certificates.backend, root, 'backend'));
  if (verificationKey.keyId !== signer.keyId) {
    throw new Error(
      `${files.certificates} certifies another key than ${files.signingKey}. Restore both from the same backup.`,
    );
  }
  return {
    root,
    signer,
    verificationKey,
    certificate: certificates.backend,
    keyRing: parseKeyRing(await json(files.keyRing)),
    firstPool: { poolCertificate: certificates.pools[0], workerCertificate: certificates.workers[0] },
  };
};
