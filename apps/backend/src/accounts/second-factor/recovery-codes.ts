import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

const codes = 10;
const characters = 10;
/** 32 of them, none of which is read as another: https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const newCode = (): string => {
  const text = [...randomBytes(characters)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return `${text.slice(0, characters / 2)}-${text.slice(characters / 2)}`;
};

export const newRecoveryCodes = (): string[] => Array.from({ length: codes }, newCode);

/** Keyed, and of one user alone. Capitals, spaces and hyphens do not count. */
export const hashRecoveryCode = ({ keys }: Pick<Dependencies, 'keys'>, userId: string, code: string): string =>
  createHmac('sha256', deriveKey(keys.keyRing, 'recovery-code-hash'))
    .update(`${userId}\0${code.toLowerCase().replaceAll(/[\s-]/g, '')}`)
    .digest('base64url');
