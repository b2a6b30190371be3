import { createHmac, randomBytes } from 'node:crypto';
import { type Actor, Role } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { deriveKey } from '@secret-store/sealing';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { KeyInUse } from '../request-context.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { passRefused } from '../rows/row-refused.ts';
import { rowWithin, selection } from '../rows/row-statements.ts';
import { lesserRole } from './permissions.ts';

const keyBytes = 32;
/** Says to people and to scanners of leaked credentials what it is. */
const keyPrefix = 'sss_';
const shownCharacters = keyPrefix.length + 6;

export const generateApiKey = (): string => `${keyPrefix}${randomBytes(keyBytes).toString('base64url')}`;

/** By which people tell generated keys apart. The rest of the key is as good as before. */
export const prefixOf = (generatedKey: string): string => generatedKey.slice(0, shownCharacters);

/** What a key may do now. */
export const roleOfKey = ({ role }: Pick<Rows['apiKey'], 'role'>, ownerRole: Role): Role =>
  role === null ? ownerRole : lesserRole(Role.parse(role), ownerRole);

/** Where the key works from; null: everywhere. */
export const addressesOf = ({ addresses }: Pick<Rows['apiKey'], 'addresses'>): string[] | null =>
  Addresses.parse(addresses);

const Addresses = z.array(z.string()).nullable();

/** A keyed hash: without the key ring, an attacker who writes the database cannot make a row that matches a key of theirs. */
export const hashApiKey = ({ keys }: Pick<Dependencies, 'keys'>, key: string): string =>
  createHmac('sha256', deriveKey(keys.keyRing, 'api-key-hash')).update(key).digest('base64url');

export interface KeyBearer {
  readonly actor: Actor;
  readonly key: KeyInUse;
}

interface KeyAndOwner {
  readonly apiKey: Rows['apiKey'];
  readonly user: Rows['user'];
}

/**
 * Who asks with this key: the rows of key and user count only as the row memory has them. Null for a key that is unknown,
 * revoked or expired, or whose owner is disabled.
 */
export const findActorByApiKey = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  key: string,
): Promise<KeyBearer | null> => {
  const keyHash = hashApiKey(deps, key);
  const found = (await genuineAtOnce(deps, keyHash)) ?? (await oneByOne(deps, keyHash));
  return found && bearerOf(found);
};

const bearerOf = ({ apiKey, user }: KeyAndOwner): KeyBearer | null => {
  const { expiresAt } = apiKey;
  const addresses = addressesOf(apiKey);
  if (user.disabledAt !== null || (expiresAt !== null && expiresAt <= new Date())) return null;
  const ownerRole = Role.parse(user.role);
  return {
    key: { id: apiKey.id, name: apiKey.name, madeBy: apiKey.createdBy },
    actor: {
      ...{ userId: user.id, username: user.username, role: roleOfKey(apiKey, ownerRole), ownerRole },
      ...(user.kind === 'service' && { isService: true }),
      ...(expiresAt !== null && { keyExpiresAt: expiresAt }),
      ...(addresses !== null && { keyAddresses: addresses }),
    },
  };
};

const statement = `SELECT ${selection('apiKey', 'api_key', 'key.')}, ${selection('user', 'owner', 'owner.')}
  FROM api_key JOIN "user" AS owner ON owner.id = api_key."userId" WHERE api_key."keyHash" = $1`;

/** By one statement; null where the row memory does not say the same of both rows. */
const genuineAtOnce = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  keyHash: string,
): Promise<KeyAndOwner | null> => {
  const [row] = await rowsOf<Record<string, unknown>>(db.pool, { text: statement, values: [keyHash] });
  const apiKey = row && rowWithin('apiKey', row, 'key.');
  const user = row && rowWithin('user', row, 'owner.');
  return apiKey && user && ledger.isGenuine('apiKey', apiKey) && ledger.isGenuine('user', user)
    ? { apiKey, user }
    : null;
};

/** Hears what other backends have committed, and logs what was changed outside the store. */
const oneByOne = async ({ ledger }: Pick<Dependencies, 'ledger'>, keyHash: string): Promise<KeyAndOwner | null> => {
  const [apiKey] = await ledger.find('apiKey', { keyHash });
  if (apiKey === undefined) return null;
  const user = await ledger.read('user', apiKey.userId).catch(passRefused);
  return user && { apiKey, user };
};
