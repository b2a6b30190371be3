import { ApiError, type Actor, type Permission } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import { findActorByApiKey, type KeyBearer } from '../accounts/api-key.ts';
import type { Auth } from '../accounts/auth.ts';
import { findActorBySession } from '../accounts/session.ts';
import { withGrants } from '../accounts/grants/read-grants.ts';
import { type RateLimits, takeWrongKey } from '../accounts/attempts/rate-limits.ts';
import { refusedKey } from '../accounts/refused-credentials.ts';
import { requirePermission } from '../accounts/permissions.ts';
import { requireRoleAddresses } from '../accounts/sessions/role-addresses.ts';
import type { UseNotes } from '../accounts/use-notes.ts';
import { parseAddressList } from '../address-list.ts';
import type { RefusalCounter } from '../audit/refusal-counter.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { clientAddress } from '../client-address.ts';
import { noteRequestKey } from '../request-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** who is asking; null when nobody is signed in */
    actor: Actor | null;
  }
}

const keyOf = (authorization: string): string | null =>
  /^(?:Simple|Bearer) +(\S+) *$/i.exec(authorization)?.[1] ?? null;

export interface AuthenticationDependencies {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
}

export type Authenticate = (request: FastifyRequest) => Promise<Actor | null>;

/**
 * By API key where an Authorization header is there, else by the panel's cookie. The key is looked up before a failure
 * is counted, so that one client's wrong keys do not lock out the others behind its address.
 */
export const createAuthenticate = (given: AuthenticationDependencies): Authenticate => {
  const find = createFindActor(given);
  return async (request) => {
    const actor = await find(request);
    if (actor === null) return null;
    await refuseRoleElsewhere(given, actor, clientAddress(request));
    return withGrants(given.deps, actor);
  };
};

const createFindActor =
  ({ deps, auth, limits, refusals, uses }: AuthenticationDependencies): Authenticate =>
  async (request) => {
    const { authorization, cookie } = request.headers;
    if (authorization === undefined) {
      const actor = cookie === undefined ? null : await findActorBySession(auth, new Headers({ cookie }));
      if (actor) uses.note(actor);
      return actor;
    }
    const key = keyOf(authorization);
    const bearer = key === null ? null : await findActorByApiKey(deps, key);
    if (bearer) {
      refuseElsewhere(refusals, bearer, clientAddress(request));
      uses.note({ userId: bearer.actor.userId, keyId: bearer.key.id });
      noteRequestKey(bearer.key);
      return bearer.actor;
    }
    const address = clientAddress(request);
    refusals.count(refusedKey(address));
    await takeWrongKey(limits, address);
    throw new ApiError(
      'NotAuthenticated',
      'The API key is not valid. Send "Authorization: Simple <API_KEY>" with a key of this store.',
    );
  };

/** @throws {ApiError} 2001 for a session or key of a role that does not work from this address; counted for the audit */
const refuseRoleElsewhere = (
  { deps, refusals }: AuthenticationDependencies,
  actor: Actor,
  address: string,
): Promise<void> =>
  requireRoleAddresses(deps, actor, address).catch((error: unknown) => {
    const [{ userId: id, username: name }, who] = [actor, userActor(actor)];
    if (error instanceof ApiError)
      refusals.count({ action: 'role.refuse-address', actor: who, subject: { type: 'user', id, name }, address });
    throw error;
  });

/** @throws {ApiError} 2001 for a key that does not work from this address; counted for the audit */
const refuseElsewhere = (refusals: RefusalCounter, { actor, key }: KeyBearer, address: string): void => {
  if (actor.keyAddresses === undefined || parseAddressList(actor.keyAddresses)?.includes(address) === true) return;
  refusals.count({
    ...{ action: 'api-key.refuse-address', actor: userActor(actor), address },
    subject: { type: 'api-key', id: key.id },
  });
  throw new ApiError(
    'NotAuthorized',
    `This API key does not work from ${address}. Use it from one of its addresses, or create a key for this one.`,
  );
};

export const signedIn = (request: FastifyRequest): Actor => {
  if (request.actor) return request.actor;
  throw new ApiError('NotAuthenticated', 'You are not signed in. Sign in, or send "Authorization: Simple <API_KEY>".');
};

/** @throws {ApiError} 2000 when nobody is signed in, 2001 when they may not */
export const permitted = (request: FastifyRequest, permission: Permission): void =>
  requirePermission(signedIn(request), permission);
