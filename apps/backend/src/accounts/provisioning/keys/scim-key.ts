import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import type { AuditActor } from '../../../audit/audit-entry.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { hasEnded } from '../../grants/grant-end.ts';
import { scimSource } from '../../outside/outsider.ts';
import type { Rows } from '../../../rows/row-kinds.ts';

const keyBytes = 32;
/** Says to people and to scanners of leaked credentials what it is. */
const keyPrefix = 'sss_scim_';
const shownCharacters = keyPrefix.length + 6;

export const generateScimKey = (): string => `${keyPrefix}${randomBytes(keyBytes).toString('base64url')}`;

/** By which people tell keys apart. The rest of the key is as good as before. */
export const prefixOf = (key: string): string => key.slice(0, shownCharacters);

/** Under a key of its own: the hash of a SCIM key is that of no API key. */
export const hashScimKey = ({ keys }: Pick<Dependencies, 'keys'>, key: string): string =>
  createHmac('sha256', deriveKey(keys.keyRing, 'scim-key-hash')).update(key).digest('base64url');

/** The row of a key that works now; null for one that is unknown, revoked or expired, or whose connection is gone. */
export const findScimKey = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  key: string,
): Promise<Rows['scimKey'] | null> => {
  const [row] = await deps.ledger.find('scimKey', { keyHash: hashScimKey(deps, key) });
  if (row === undefined || hasEnded(row)) return null;
  const { connectionId } = row;
  return connectionId === scimSource || (await deps.ledger.read('signInConnection', connectionId)) !== null
    ? row
    : null;
};

/** What a key does is told under its name. */
export const scimActor = ({ id, name }: Pick<Rows['scimKey'], 'id' | 'name'>): AuditActor => ({
  ...{ type: 'scim-key', id, name },
});
