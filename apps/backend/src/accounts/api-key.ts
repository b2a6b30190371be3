import { createHmac, randomBytes } from 'node:crypto';
import { Actor } from '@secret-store/api';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';

const keyBytes = 32;

export const generateApiKey = (): string => randomBytes(keyBytes).toString('base64url');

/** A keyed hash: without the key ring, an attacker who writes the database cannot make a row that matches a key of theirs. */
export const hashApiKey = ({ keys }: Pick<Dependencies, 'keys'>, key: string): string =>
  createHmac('sha256', deriveKey(keys.keyRing, 'api-key-hash')).update(key).digest('base64url');

/** Whose key it is: the rows of key and user count only as the row memory has them. */
export const findActorByApiKey = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  key: string,
): Promise<Actor | null> => {
  const [apiKey] = await deps.ledger.find('apiKey', { keyHash: hashApiKey(deps, key) });
  const user = apiKey === undefined ? null : await deps.ledger.read('user', apiKey.userId).catch(passRefused);
  return user && Actor.parse({ userId: user.id, username: user.username, role: user.role });
};
