import { SealingError } from '../encoding/sealing-error.ts';
import type { RecipientKey } from '../keys/opening-key.ts';
import type { VerificationKey } from '../keys/signing-key.ts';
import { recipientKeyOf, verificationKeyOf, verifyCertificate } from '../signed/certificate.ts';
import type { Envelope } from '../signed/envelope.ts';
import type { RootPublic } from '../signed/root.ts';
import { applyAction, type EntryContext } from './apply-action.ts';
import { foundingHash, verifyFounding, type PoolFounding } from './founding.ts';
import { entryHash } from './entry-hash.ts';
import { entrySignerId, type PoolAction, verifyPoolEntry } from './pool-entry.ts';
import { type OpenInvitation, type PoolHead, type PoolMember, PoolState } from './pool-state.ts';

export const firstPoolName = 'default';

export interface PoolTrust {
  readonly root: RootPublic;
  /** the log of the store's first pool, whose members found others; null for that pool itself */
  readonly first: PoolLog | null;
}

export interface AppendedEntry {
  readonly action: PoolAction;
  readonly signer: EntryContext['signer'];
}

export type TokenState = 'open' | 'unknown' | 'used up' | 'inviter revoked';

/** A worker that founded a pool, as a member of the store's first pool. */
interface Founder {
  readonly workerId: string;
  readonly key: VerificationKey;
}

interface EntrySigner {
  readonly context: EntryContext;
  readonly key: VerificationKey;
  readonly mayOnlyInvite?: boolean;
}

/**
 * A pool's log, verified from the root or from a member of the store's first pool upwards. It only grows: who holds one takes
 * nothing that does not extend it.
 */
export class PoolLog {
  readonly poolId: string;
  readonly name: string;
  readonly founding: PoolFounding;
  readonly #trust: PoolTrust;
  readonly #founder: Founder | null;
  readonly #entries: Envelope[];
  /** by number, the founding's first */
  readonly #hashes: string[];
  readonly #state: PoolState;

  private constructor(from: {
    readonly poolId: string;
    readonly name: string;
    readonly founding: PoolFounding;
    readonly trust: PoolTrust;
    readonly founder: Founder | null;
    readonly entries: readonly Envelope[];
    readonly hashes: readonly string[];
    readonly state: PoolState;
  }) {
    this.poolId = from.poolId;
    this.name = from.name;
    this.founding = from.founding;
    this.#trust = from.trust;
    this.#founder = from.founder;
    this.#entries = [...from.entries];
    this.#hashes = [...from.hashes];
    this.#state = from.state;
  }

  /** @throws {SealingError} when neither the root nor a member of the store's first pool founded it */
  static found(founding: PoolFounding, trust: PoolTrust): PoolLog {
    const rest = { founding, trust, entries: [], hashes: [foundingHash(founding)] };
    return 'signed' in founding
      ? new PoolLog({ ...rest, ...signedFounding(founding.signed, trust) })
      : new PoolLog({ ...rest, ...certifiedFounding(founding, trust.root) });
  }

  /** The head, after all entries. */
  get head(): PoolHead {
    return { number: this.#entries.length, hash: this.#hashes[this.#entries.length] ?? '' };
  }

  get entries(): readonly Envelope[] {
    return this.#entries;
  }

  get state(): Omit<PoolState, 'copy' | 'keep' | 'give'> {
    return this.#state;
  }

  /** What values for the pool are sealed to; null before its first worker made one. */
  get currentKey(): RecipientKey | null {
    return this.#state.keys.at(-1) ?? null;
  }

  /** Whether a revoked worker knows the current key, or there is none yet. */
  get needsKey(): boolean {
    return !this.#state.isKeyFresh;
  }

  /** Whether it is the store's first pool, which the root certified with its first worker. */
  get isFirst(): boolean {
    return this.#trust.first === null;
  }

  /** Whether the store's first pool has taken it in, so that others may seal to its keys. */
  get isAdmitted(): boolean {
    if (this.#trust.first === null) return true;
    const admitted = this.#trust.first.state.admitted.get(this.poolId);
    return admitted !== undefined && this.#hashes[admitted.number] === admitted.hash;
  }

  /** Whether its founding still counts: by the root, by a pool that took it in, or by a worker that is not revoked. */
  get isFounded(): boolean {
    return this.#founder === null || this.isAdmitted || this.#trust.first?.living(this.#founder.workerId) !== null;
  }

  has(head: PoolHead): boolean {
    return this.#hashes[head.number] === head.hash;
  }

  hasHash(hash: string): boolean {
    return this.#hashes.includes(hash);
  }

  living(workerId: string): PoolMember | null {
    const member = this.#state.members.get(workerId);
    return member !== undefined && member.revokedAt === null ? member : null;
  }

  /**
   * What a token still allows; null where it is not of this pool, is used up, or the worker that invited with it was revoked, also in the
   * store's first pool. Whether it has expired is for the clock of who lets a worker in.
   */
  openInvitation(keyId: string): OpenInvitation | null {
    const open = this.#state.invitations.get(keyId);
    if (open?.by.by !== 'worker' || this.#state.members.has(open.by.workerId)) return open ?? null;
    return this.#trust.first?.living(open.by.workerId) === null ? null : open;
  }

  /** Why a token lets nobody in, or that it does. */
  tokenState(keyId: string): TokenState {
    if (!this.#state.usedInvitationKeys.has(keyId)) return 'unknown';
    if (this.openInvitation(keyId) !== null) return 'open';
    const isVoid = this.#state.voidInvitationKeys.has(keyId) || this.#state.invitations.has(keyId);
    return isVoid ? 'inviter revoked' : 'used up';
  }

  /** A copy, to which entries can be added before they are kept. */
  copy(): PoolLog {
    return new PoolLog({
      poolId: this.poolId,
      name: this.name,
      founding: this.founding,
      trust: this.#trust,
      founder: this.#founder,
      entries: this.#entries,
      hashes: this.#hashes,
      state: this.#state.copy(),
    });
  }

  /**
   * Adds the next entry, or leaves the log as it is.
   * @returns what it says, and who signed it
   * @throws {SealingError} BAD_RECORD when it does not follow, BAD_SIGNATURE for any edit, UNTRUSTED when its signer may not do it
   */
  append(envelope: Envelope): AppendedEntry {
    const { context, key, mayOnlyInvite = false } = this.#signerOf(entrySignerId(envelope));
    const entry = verifyPoolEntry(envelope, key);
    const { number, hash } = this.head;
    if (entry.poolId !== this.poolId || entry.number !== number + 1 || entry.previous !== hash)
      throw new SealingError('BAD_RECORD', 'the entry does not follow the log of the pool that is held');
    if (mayOnlyInvite && entry.action.kind !== 'invite')
      throw new SealingError('UNTRUSTED', 'who founded the pool only invites its first workers');
    applyAction(this.#state, context, entry.action);
    this.#entries.push(envelope);
    this.#hashes.push(entryHash(envelope));
    return { action: entry.action, signer: context.signer };
  }

  #signerOf(keyId: string): EntrySigner {
    const { root } = this.#trust;
    const place = { poolId: this.poolId, number: this.#entries.length + 1 };
    if (keyId === root.verificationKey.keyId)
      return { context: { ...place, signer: { by: 'root' } }, key: root.verificationKey };
    const member = this.#state.memberOf(keyId);
    if (member?.revokedAt === null)
      return { context: { ...place, signer: { by: 'worker', workerId: member.workerId } }, key: member.key };
    const token = this.#state.invitations.get(keyId);
    if (token) return { context: { ...place, signer: { by: 'token', invitationKeyId: keyId } }, key: token.key };
    const founder = this.#founder;
    // also one that was revoked since: who reads the log later must read the same. `isFounded` says whether it counts
    if (founder?.key.keyId === keyId && this.#state.members.size === 0) {
      const signer = { by: 'worker', workerId: founder.workerId } as const;
      return { context: { ...place, signer }, key: founder.key, mayOnlyInvite: true };
    }
    throw new SealingError('UNTRUSTED', 'the entry is not signed by a member of the pool');
  }
}

function certifiedFounding(founding: Exclude<PoolFounding, { signed: Envelope }>, root: RootPublic) {
  const pool = verifyCertificate(founding.poolCertificate, root, 'pool');
  const worker = verifyCertificate(founding.workerCertificate, root, 'worker');
  if (worker.poolId !== pool.subjectId) throw new SealingError('UNTRUSTED', 'the certified worker is of another pool');
  const state = new PoolState();
  const key = recipientKeyOf(pool);
  state.keys.push(key);
  state.give(worker.subjectId, [key.keyId]);
  state.isKeyFresh = true;
  state.keep({
    workerId: worker.subjectId,
    name: worker.subjectId,
    key: verificationKeyOf(worker),
    recipient: null,
    admittedBy: { by: 'root' },
    through: null,
    joinedAt: 0,
    revokedAt: null,
    marks: null,
  });
  return { poolId: pool.subjectId, name: firstPoolName, founder: null, state };
}

function signedFounding(signed: Envelope, { root, first }: PoolTrust) {
  const keyId = entrySignerId(signed);
  const founder = keyId === root.verificationKey.keyId ? null : founderOf(first, keyId);
  const body = verifyFounding(signed, founder?.key ?? root.verificationKey);
  const state = new PoolState();
  applyAction(
    state,
    {
      poolId: body.poolId,
      number: 0,
      signer: founder === null ? { by: 'root' } : { by: 'worker', workerId: founder.workerId },
    },
    { kind: 'invite', invitation: body.invitation },
  );
  return { poolId: body.poolId, name: body.name, founder, state };
}

function founderOf(first: PoolLog | null, keyId: string): Founder {
  const member = first?.state.memberOf(keyId);
  if (member === undefined) throw new SealingError('UNTRUSTED', 'the pool was founded by nobody of this store');
  return { workerId: member.workerId, key: member.key };
}
