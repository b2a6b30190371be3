import { SealingError } from '../encoding/sealing-error.ts';
import { recipientKey } from '../keys/opening-key.ts';
import { verificationKey } from '../keys/signing-key.ts';
import {
  joinRequestSignerId,
  verifyJoinRequest,
  verifyOwnJoinRequest,
  type JoinRequest,
} from '../joining/join-request.ts';
import type { PoolAction, PoolActionOf } from './pool-entry.ts';
import type { Authority, PoolMember, PoolState } from './pool-state.ts';

/** Who signed the entry, and where it stands. */
export interface EntryContext {
  readonly poolId: string;
  readonly number: number;
  readonly signer: Authority | { readonly by: 'token'; readonly invitationKeyId: string };
}

/**
 * Applies one entry to the state. What is refused changes nothing.
 * @throws {SealingError} UNTRUSTED when the signer may not do this, or the pool's rules do not allow it
 */
export function applyAction(state: PoolState, context: EntryContext, action: PoolAction): void {
  const { signer } = context;
  if (action.kind === 'join') return join(state, context, action);
  if (signer.by === 'token') throw untrusted('a token only lets a worker join');
  switch (action.kind) {
    case 'invite':
      return invite(state, signer, action);
    case 'trust':
      return trust(state, signer, action);
    case 'distrust':
      if (!state.identities.delete(action.identityId))
        throw untrusted('an identity that is not trusted cannot be removed');
      return;
    case 'introduce':
      return introduce(state, signer, action);
    case 'revoke':
      return revoke(state, context.number, action);
    case 'key':
      return replaceKey(state, action);
    case 'admit':
      return admit(state, context, action);
  }
}

function admit(
  state: PoolState,
  { poolId: own, signer }: EntryContext,
  { poolId, number, hash }: PoolActionOf<'admit'>,
): void {
  // where a member that was revoked since took in a log that nobody has, the root sets it right
  if (poolId === own || (state.admitted.has(poolId) && signer.by !== 'root'))
    throw untrusted('a pool is admitted once, by another pool');
  state.admitted.set(poolId, { number, hash });
}

function invite(state: PoolState, by: Authority, { invitation }: PoolActionOf<'invite'>): void {
  const key = verificationKey(invitation.publicKey);
  if (state.usedInvitationKeys.has(key.keyId)) throw untrusted('a token is invited once');
  state.usedInvitationKeys.add(key.keyId);
  state.invitations.set(key.keyId, { invitation, key, by, used: 0 });
}

function trust(state: PoolState, by: Authority, { kind: _, ...identity }: PoolActionOf<'trust'>): void {
  if (state.usedIdentityIds.has(identity.identityId)) throw untrusted('an identity has an id of its own');
  state.usedIdentityIds.add(identity.identityId);
  state.identities.set(identity.identityId, { ...identity, by });
}

function introduce(state: PoolState, signer: Authority, action: PoolActionOf<'introduce'>): void {
  const member = signer.by === 'worker' ? state.members.get(signer.workerId) : undefined;
  if (member === undefined || member.recipient !== null)
    throw untrusted('only a worker without a key of its own introduces itself');
  const recipient = recipientKey(action.recipientKey);
  state.keep({ ...member, name: action.name, recipient });
}

function join(state: PoolState, context: EntryContext, action: PoolActionOf<'join'>): void {
  const { signer, number, poolId } = context;
  const admission = action.identityId === null ? byToken(state, signer, action) : byIdentity(state, signer, action);
  const { request, through } = admission;
  const { workerId, name, signingKey, recipientKey: publicKey } = request.worker;
  const key = verificationKey(signingKey);
  if (request.poolId !== poolId) throw untrusted('the request is for another pool');
  if (state.members.has(workerId) || state.memberOf(key.keyId) !== undefined)
    throw untrusted('a worker joins once, with a key of its own');
  if (signer.by !== 'token') requireKeys(state, action);
  else if (action.keys.length > 0) throw untrusted('who joins a pool without members is given no keys');
  state.keep({
    workerId,
    name,
    key,
    recipient: recipientKey(publicKey),
    admittedBy: signer.by === 'token' ? admission.invitedBy : signer,
    through,
    joinedAt: number,
    revokedAt: null,
    marks: action.marks,
  });
  state.give(
    workerId,
    action.keys.map(({ keyId }) => keyId),
  );
  if ('invitationKeyId' in through) spend(state, through.invitationKeyId);
  // a pool's first worker has no key of the pool: it makes the next one
  if (signer.by === 'token') state.isKeyFresh = false;
}

interface Admission {
  readonly request: JoinRequest;
  readonly through: NonNullable<PoolMember['through']>;
  readonly invitedBy: Authority;
}

function byIdentity(state: PoolState, signer: EntryContext['signer'], action: PoolActionOf<'join'>): Admission {
  const { identityId, request, use } = action;
  const identity = identityId === null ? undefined : state.identities.get(identityId);
  if (identity === undefined || use !== null || signer.by === 'token')
    throw untrusted('the pool does not trust the identity that lets this worker in');
  const { identityId: id, by: invitedBy } = identity;
  return { request: verifyOwnJoinRequest(request), through: { identityId: id }, invitedBy };
}

function byToken(state: PoolState, signer: EntryContext['signer'], action: PoolActionOf<'join'>): Admission {
  const invitationKeyId = joinRequestSignerId(action.request);
  const open = state.invitations.get(invitationKeyId);
  if (open === undefined) throw untrusted('the token is used up, or not of this pool, or its worker was revoked');
  const isAlone = signer.by === 'token';
  if (isAlone && (signer.invitationKeyId !== invitationKeyId || state.livingMembers().length > 0))
    throw untrusted('a member of the pool lets others in');
  // its founder may be revoked by now, of which this log says nothing
  if (isAlone && state.members.size > 0 && open.by.by !== 'root')
    throw untrusted('after all members of a pool were revoked, the root lets the next one in');
  if (action.use !== open.used + 1) throw untrusted('the uses of a token are numbered one after the other');
  const request = verifyJoinRequest(action.request, open.key);
  return { request, through: { invitationKeyId }, invitedBy: open.by };
}

function requireKeys(state: PoolState, { keys }: PoolActionOf<'join'>): void {
  const given = new Set(keys.map(({ keyId }) => keyId));
  const known = new Set(state.keys.map(({ keyId }) => keyId));
  if (given.size !== keys.length || [...given].some((id) => !known.has(id)))
    throw untrusted("the new worker is given a key that is not the pool's");
  const current = state.keys.at(-1);
  if (current === undefined || !given.has(current.keyId)) throw untrusted("the new worker is not given the pool's key");
}

function spend(state: PoolState, invitationKeyId: string): void {
  const open = state.invitations.get(invitationKeyId);
  if (open === undefined) return;
  const used = open.used + 1;
  if (used === open.invitation.uses) state.invitations.delete(invitationKeyId);
  else state.invitations.set(invitationKeyId, { ...open, used });
}

function revoke(state: PoolState, number: number, { workerId }: PoolActionOf<'revoke'>): void {
  const member = state.members.get(workerId);
  if (member === undefined || member.revokedAt !== null) throw untrusted('only a member is revoked');
  state.keep({ ...member, revokedAt: number });
  // whom it let in is listed, and stays; what it left open does not
  for (const [id, { by }] of state.invitations) {
    if (!isBy(by, workerId)) continue;
    state.invitations.delete(id);
    state.voidInvitationKeys.add(id);
  }
  for (const [id, { by }] of state.identities) if (isBy(by, workerId)) state.identities.delete(id);
  state.isKeyFresh = false;
}

function replaceKey(state: PoolState, { publicKey, wrapped }: PoolActionOf<'key'>): void {
  const key = recipientKey(publicKey);
  if (state.keys.some(({ keyId }) => keyId === key.keyId)) throw untrusted('a key of a pool is new');
  const given = new Set(wrapped.map(({ workerId }) => workerId));
  const living = state.livingMembers();
  if (living.length !== given.size || living.some(({ workerId }) => !given.has(workerId)))
    throw untrusted('a new key is given to each member of the pool, and to nobody else');
  state.keys.push(key);
  for (const workerId of given) state.give(workerId, [key.keyId]);
  state.isKeyFresh = true;
}

function isBy(authority: Authority, workerId: string): boolean {
  return authority.by === 'worker' && authority.workerId === workerId;
}

function untrusted(message: string): SealingError {
  return new SealingError('UNTRUSTED', message);
}
