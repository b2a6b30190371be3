import { createHmac, randomBytes } from 'node:crypto';
import { Actor } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { passRefused } from '../rows/row-refused.ts';
import { rowWithin, selection } from '../rows/row-statements.ts';

const keyBytes = 32;

export const generateApiKey = (): string => randomBytes(keyBytes).toString('base64url');

/** A keyed hash: without the key ring, an attacker who writes the database cannot make a row that matches a key of theirs. */
export const hashApiKey = ({ keys }: Pick<Dependencies, 'keys'>, key: string): string =>
  createHmac('sha256', deriveKey(keys.keyRing, 'api-key-hash')).update(key).digest('base64url');

/** Whose key it is: the rows of key and user count only as the row memory has them. */
export const findActorByApiKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  key: string,
): Promise<Actor | null> => {
  const keyHash = hashApiKey(deps, key);
  const user = (await genuineAtOnce(deps, keyHash)) ?? (await oneByOne(deps, keyHash));
  return user && Actor.parse({ userId: user.id, username: user.username, role: user.role });
};

const statement = `SELECT ${selection('apiKey', 'api_key', 'key.')}, ${selection('user', 'owner', 'owner.')}
  FROM api_key JOIN "user" AS owner ON owner.id = api_key."userId" WHERE api_key."keyHash" = $1`;

/** By one statement; null where the row memory does not say the same of both rows. */
const genuineAtOnce = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  keyHash: string,
): Promise<Rows['user'] | null> => {
  const [row] = await rowsOf<Record<string, unknown>>(db.pool, { text: statement, values: [keyHash] });
  const apiKey = row && rowWithin('apiKey', row, 'key.');
  const user = row && rowWithin('user', row, 'owner.');
  return apiKey && user && ledger.isGenuine('apiKey', apiKey) && ledger.isGenuine('user', user) ? user : null;
};

/** Hears what other backends have committed, and logs what was changed outside the store. */
const oneByOne = async ({ ledger }: Pick<Dependencies, 'ledger'>, keyHash: string): Promise<Rows['user'] | null> => {
  const [apiKey] = await ledger.find('apiKey', { keyHash });
  return apiKey === undefined ? null : ledger.read('user', apiKey.userId).catch(passRefused);
};
