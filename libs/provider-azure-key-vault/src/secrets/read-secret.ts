import type { SecretProperties } from '@azure/keyvault-secrets';
import { type Secret, SimpleSecret, VaultProblemError } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { KeyVault } from './key-vault.ts';

const maxTtlSeconds = 365 * 24 * 60 * 60;

/** Reads the current version. The vault also returns an expired one, for recovery, which an algorithm must not use. */
export const readSecret = async (vault: KeyVault, name: string, deadline: Deadline): Promise<Secret> => {
  const { value, properties } = await readCurrent(vault, name, deadline);
  if (isOutOfTime(properties)) throw new VaultProblemError('expired');
  if (value === undefined) throw new VaultProblemError('unexpected-answer');
  return new SimpleSecret(value, ttlOf(properties));
};

/** A missing right and a disabled or expired secret give the same refusal: the list of versions tells which it is. */
const readCurrent = async (vault: KeyVault, name: string, deadline: Deadline) => {
  try {
    return await vault.read(name, deadline);
  } catch (error) {
    if (!(error instanceof VaultProblemError) || error.problem !== 'not-permitted') throw error;
    const current = await vault.listed(name, deadline).catch(() => null);
    if (current?.enabled === false) throw new VaultProblemError('disabled');
    if (current && isOutOfTime(current)) throw new VaultProblemError('expired');
    throw error;
  }
};

const isOutOfTime = ({ notBefore, expiresOn }: SecretProperties): boolean => {
  const now = Date.now();
  return (
    (expiresOn !== undefined && expiresOn.getTime() <= now) || (notBefore !== undefined && notBefore.getTime() > now)
  );
};

const ttlOf = ({ expiresOn }: SecretProperties): number => {
  if (!expiresOn) return 0;
  const seconds = Math.floor((expiresOn.getTime() - Date.now()) / 1_000);
  return Math.min(maxTtlSeconds, Math.max(1, seconds));
};
