import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  keyFileNames,
  readRecoveryFile,
  SealingError,
  verificationKeyOf,
  verifyCertificate,
  type RecoveryKeys,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { RecoverySettings } from './recovery-settings.ts';

const certificatesSchema = z.object({ backend: z.unknown() });

/**
 * The keys of the recovery file. It holds the certificate that the backend had when the store was created; a later one
 * comes from `--certificates`, or from the backend's folder if that exists. Each must carry the root's signature.
 */
export const recoveryKeys = async (settings: RecoverySettings): Promise<RecoveryKeys> => {
  const keys = await readRecoveryFile(await readJson(settings.recoveryFile));
  const ownFile = path.join(settings.dataDirectory, 'backend', keyFileNames.backend.certificates);
  const certificates = settings.certificatesFile ?? (existsSync(ownFile) ? ownFile : undefined);
  if (certificates === undefined) return keys;
  const parsed = certificatesSchema.safeParse(await readJson(certificates));
  if (!parsed.success) throw new Error(`${certificates} does not contain a backend certificate`);
  try {
    const key = verificationKeyOf(verifyCertificate(parsed.data.backend, keys.root, 'backend'));
    return { ...keys, backendKeys: [...keys.backendKeys, key] };
  } catch (error) {
    // With DATABASE_URL, the data directory may belong to another store.
    if (error instanceof SealingError && settings.certificatesFile === undefined) return keys;
    throw error;
  }
};

const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
};
