import { randomUUID } from 'node:crypto';
import {
  type Envelope,
  importOpeningKey,
  importSigningKey,
  nextPoolEntry,
  type OpeningKey,
  type PoolAction,
  PoolLog,
  replacePoolKey,
  signFounding,
  generateSigningKey,
  type SigningKey,
} from '@secret-store/sealing';
import { createNewcomer, letIn } from '@secret-store/sealing/testing';
import { systemActor } from '../../audit/audit-entry.ts';
import { change } from '../../ledger/change.ts';
import type { BackendFixture } from '../../secrets/testing/backend-fixture.ts';
import { appendToLog } from '../../workers/pools/append-to-log.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';

/** A worker with everything that its folder would hold. */
export interface TestMember {
  readonly identity: WorkerIdentity;
  readonly signer: SigningKey;
  /** of its pool, the newest last: grows with each rotation that it lives through */
  readonly openingKeys: OpeningKey[];
}

type Store = Pick<BackendFixture, 'deps' | 'keys'>;

const anHour = 3_600_000;

/** Workers and pools of a store, whose signed logs this holds the keys for. */
export class TestFleet {
  readonly #deps: Store['deps'];
  readonly #root: SigningKey;
  readonly members: TestMember[] = [];

  private constructor({ deps, keys }: Store, first: TestMember) {
    this.#deps = deps;
    this.#root = importSigningKey(keys.recoveryFile.signingKey);
    this.members.push(first);
  }

  /** The store's first worker, which has introduced itself. */
  static async open({ deps, keys }: Store): Promise<TestFleet> {
    const log = await deps.pools.firstLog();
    const signer = importSigningKey(keys.worker.workerKey);
    const openingKeys = await Promise.all(keys.worker.poolKeys.map(importOpeningKey));
    const fleet = new TestFleet({ deps, keys }, { identity: identityIn(log, signer), signer, openingKeys });
    const { recipient } = await createNewcomer();
    await fleet.append(log.poolId, signer, { kind: 'introduce', name: 'first', recipientKey: recipient.publicKey });
    return fleet;
  }

  get first(): TestMember {
    const [first] = this.members;
    if (first === undefined) throw new Error('the store has a worker');
    return first;
  }

  /** Another worker of the store's first pool. */
  async join(): Promise<TestMember> {
    const log = await this.#deps.pools.firstLog();
    const newcomer = await createNewcomer();
    const { signer, openingKeys } = this.first;
    const entries = await letIn(log.copy(), newcomer, { signer, poolKeys: openingKeys });
    await this.#add(log, entries);
    return this.#keep(log.poolId, newcomer.signer, [...openingKeys]);
  }

  /** A pool with one worker, which the store's first pool has taken in unless `admitted` is false. */
  async addPool(name: string, { admitted = true } = {}): Promise<TestMember> {
    const poolId = randomUUID();
    await change(this.#deps, async (changes) => {
      await changes.insert('pool', { id: poolId, name, createdAt: new Date() });
      const subject = { type: 'pool', id: poolId };
      changes.audit({ actor: systemActor, action: 'pool.found', subject, details: {} });
    });
    const token = await generateSigningKey();
    const expiresAt = new Date(Date.now() + anHour).toISOString();
    const invitation = { publicKey: token.publicKey, uses: 1, expiresAt };
    const founding = signFounding({ poolId, name, invitation }, this.first.signer);
    const first = await this.#deps.pools.firstLog();
    const log = PoolLog.found(founding, { root: this.#deps.keys.root, first });
    const member = await this.#joinAlone(log, token, `first of ${name}`);
    if (admitted) await this.admit(poolId);
    return member;
  }

  /** Into a pool without members. */
  async #joinAlone(log: PoolLog, token: SigningKey, name: string): Promise<TestMember> {
    const newcomer = await createNewcomer(name);
    const request = newcomer.ask(log.poolId, token);
    const joined = log.copy();
    const join = nextPoolEntry(log, { kind: 'join', request, identityId: null, use: 1, keys: [], marks: null }, token);
    joined.append(join);
    const { key, entry } = await replacePoolKey(joined, newcomer.signer);
    await this.#add(log, [join, entry]);
    return this.#keep(log.poolId, newcomer.signer, [key]);
  }

  async admit(poolId: string): Promise<void> {
    const log = await this.#deps.pools.log(poolId);
    if (log === null) throw new Error('the pool has no log');
    const { number, hash } = log.head;
    await this.append(this.first.identity.poolId, this.first.signer, { kind: 'admit', poolId, number, hash });
  }

  /** A new key of the pool, which its living members get. @param by one of them */
  async rotate(by: TestMember = this.first): Promise<OpeningKey> {
    const { poolId } = by.identity;
    const log = await this.#log(poolId);
    const { key, entry } = await replacePoolKey(log, by.signer);
    await this.#add(log, [entry]);
    for (const { identity, openingKeys } of this.members) {
      if (identity.poolId === poolId && log.living(identity.workerId) !== null) openingKeys.push(key);
    }
    return key;
  }

  revoke(member: TestMember, by: TestMember = this.first): Promise<void> {
    const { poolId, workerId } = member.identity;
    return this.append(poolId, by.signer, { kind: 'revoke', workerId });
  }

  /** All workers of the store's first pool are lost: the root revokes them and lets another one in, which makes the pool's next key. */
  async loseAll(): Promise<TestMember> {
    const log = await this.#deps.pools.firstLog();
    for (const { workerId } of log.state.livingMembers())
      await this.append(log.poolId, this.#root, { kind: 'revoke', workerId });
    const token = await generateSigningKey();
    const expiresAt = new Date(Date.now() + anHour).toISOString();
    const invitation = { publicKey: token.publicKey, uses: 1, expiresAt };
    await this.append(log.poolId, this.#root, { kind: 'invite', invitation });
    return this.#joinAlone(await this.#log(log.poolId), token, 'alone');
  }

  async append(poolId: string, signer: SigningKey, action: PoolAction): Promise<void> {
    const log = await this.#log(poolId);
    await this.#add(log, [nextPoolEntry(log, action, signer)]);
  }

  async #log(poolId: string): Promise<PoolLog> {
    const log = await this.#deps.pools.log(poolId);
    if (log === null) throw new Error('the pool has no log');
    return log;
  }

  async #add({ poolId, founding, head }: PoolLog, entries: readonly Envelope[]): Promise<void> {
    await appendToLog(this.#deps, systemActor, { poolId, founding, from: head.number, entries });
  }

  async #keep(poolId: string, signer: SigningKey, openingKeys: OpeningKey[]): Promise<TestMember> {
    const member = { identity: identityIn(await this.#log(poolId), signer), signer, openingKeys };
    this.members.push(member);
    return member;
  }
}

const identityIn = ({ poolId, state }: PoolLog, { keyId }: SigningKey): WorkerIdentity => {
  const member = state.memberOf(keyId);
  if (member === undefined) throw new Error('the log has no such member');
  return { workerId: member.workerId, poolId, key: member.key };
};
