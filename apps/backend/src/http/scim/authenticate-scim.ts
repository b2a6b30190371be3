import { ApiError } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import { findScimKey } from '../../accounts/provisioning/keys/scim-key.ts';
import { type RateLimits, takeWrongKey } from '../../accounts/attempts/rate-limits.ts';
import type { UseNotes } from '../../accounts/use-notes.ts';
import { anonymous, type RefusalCounter } from '../../audit/refusal-counter.ts';
import { clientAddress } from '../../client-address.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

export interface ScimAuthentication {
  readonly deps: Pick<Dependencies, 'keys' | 'ledger'>;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
}

const keyOf = (authorization: string | undefined): string | null =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;

/**
 * By a SCIM key alone: neither a session nor an API key opens SCIM.
 * @throws {ApiError} 2000, and 6002 after too many wrong keys from an address
 */
export const authenticateScim = async (
  { deps, limits, refusals, uses }: ScimAuthentication,
  request: FastifyRequest,
): Promise<Rows['scimKey']> => {
  const given = keyOf(request.headers.authorization);
  const key = given === null ? null : await findScimKey(deps, given);
  if (key !== null) {
    uses.noteScimKey(key.id);
    return key;
  }
  if (request.headers.authorization !== undefined) {
    const address = clientAddress(request);
    refusals.count({
      ...{ action: 'scim-key.refuse', actor: anonymous, address },
      subject: { type: 'scim-key', id: 'unknown' },
    });
    await takeWrongKey(limits, address);
  }
  throw new ApiError(
    'NotAuthenticated',
    'The SCIM key is not valid. Send "Authorization: Bearer <SCIM_KEY>" with a key that an administrator created for SCIM.',
  );
};
