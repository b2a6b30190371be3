import type { RecipientKey } from '../keys/opening-key.ts';
import type { VerificationKey } from '../keys/signing-key.ts';
import type { Invitation, PoolActionOf } from './pool-entry.ts';

/** Who signed an entry: the root, the store's first worker by the root's certificate, or a worker. */
export type Authority = { readonly by: 'root' } | { readonly by: 'worker'; readonly workerId: string };

export interface PoolMember {
  readonly workerId: string;
  readonly name: string;
  readonly key: VerificationKey;
  /** null for a store's first worker until it introduces itself */
  readonly recipient: RecipientKey | null;
  /** who let it in; the root for a store's first worker */
  readonly admittedBy: Authority;
  /** through which token or identity; null for a store's first worker */
  readonly through: { readonly invitationKeyId: string } | { readonly identityId: string } | null;
  /** the number of the entry by which it joined; 0 for a store's first worker */
  readonly joinedAt: number;
  /** the number of the entry that revoked it; null while it is a member */
  readonly revokedAt: number | null;
  /** SHA-256 of the marks that the member which let it in handed over; null: there are none */
  readonly marks: string | null;
}

export interface OpenInvitation {
  readonly invitation: Invitation;
  readonly key: VerificationKey;
  readonly by: Authority;
  readonly used: number;
}

export interface TrustedIdentity extends Omit<PoolActionOf<'trust'>, 'kind'> {
  readonly by: Authority;
}

export interface PoolHead {
  /** 0 for the founding */
  readonly number: number;
  /** of the payload of that entry (hex) */
  readonly hash: string;
}

/** What a pool's log says after one of its entries. */
export class PoolState {
  /** by worker id, revoked ones too: written by `keep` alone */
  readonly members = new Map<string, PoolMember>();
  readonly #byKey = new Map<string, string>();
  /** by key id; those of a revoked member, and those that are used up, are not in it */
  readonly invitations = new Map<string, OpenInvitation>();
  /** by identity id */
  readonly identities = new Map<string, TrustedIdentity>();
  /** other pools, as their logs were then */
  readonly admitted = new Map<string, PoolHead>();
  /** all that were in use, the current one last */
  readonly keys: RecipientKey[] = [];
  /** no member but those that the log has now knows the current key */
  isKeyFresh = false;
  /** by worker id, the ids of the keys that it was given */
  readonly #given = new Map<string, ReadonlySet<string>>();
  readonly usedInvitationKeys = new Set<string>();
  /** those that ended with the revocation of who gave them */
  readonly voidInvitationKeys = new Set<string>();
  readonly usedIdentityIds = new Set<string>();

  copy(): PoolState {
    const copy = new PoolState();
    for (const member of this.members.values()) copy.keep(member);
    for (const [id, invitation] of this.invitations) copy.invitations.set(id, invitation);
    for (const [id, identity] of this.identities) copy.identities.set(id, identity);
    for (const [id, head] of this.admitted) copy.admitted.set(id, head);
    for (const id of this.usedInvitationKeys) copy.usedInvitationKeys.add(id);
    for (const id of this.voidInvitationKeys) copy.voidInvitationKeys.add(id);
    for (const id of this.usedIdentityIds) copy.usedIdentityIds.add(id);
    copy.keys.push(...this.keys);
    for (const [id, keyIds] of this.#given) copy.#given.set(id, keyIds);
    copy.isKeyFresh = this.isKeyFresh;
    return copy;
  }

  keep(member: PoolMember): void {
    this.members.set(member.workerId, member);
    this.#byKey.set(member.key.keyId, member.workerId);
  }

  /** Says that the worker has these keys of the pool. */
  give(workerId: string, keyIds: readonly string[]): void {
    this.#given.set(workerId, new Set([...(this.#given.get(workerId) ?? []), ...keyIds]));
  }

  /** Ids of the pool's keys that the worker was given, also where it was revoked since. */
  keyIdsOf(workerId: string): readonly string[] {
    return [...(this.#given.get(workerId) ?? [])];
  }

  livingMembers(): PoolMember[] {
    return [...this.members.values()].filter(({ revokedAt }) => revokedAt === null);
  }

  /** The worker with this key, also when it was revoked. */
  memberOf(keyId: string): PoolMember | undefined {
    return this.members.get(this.#byKey.get(keyId) ?? '');
  }
}
