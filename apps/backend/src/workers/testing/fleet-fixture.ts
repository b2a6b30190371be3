import { createHash } from 'node:crypto';
import {
  type Envelope,
  generateSigningKey,
  importOpeningKey,
  inviteWorkers,
  keysForNewcomer,
  nextPoolEntry,
  type OpeningKey,
  type PoolAction,
  type PoolLog,
  readRecoveryFile,
  replacePoolKey,
  signFounding,
  type SigningKey,
} from '@secret-store/sealing';
import { createNewcomer, type Newcomer } from '@secret-store/sealing/testing';
import { v7 as uuid } from 'uuid';
import { systemActor } from '../../audit/audit-entry.ts';
import type { TestBackend } from '../../http/testing/test-backend.ts';
import { change } from '../../ledger/change.ts';
import { CallingWorker } from './calling-worker.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Talks to a backend as the workers of its store do, and as machines that want to be workers. */
export class FleetFixture {
  readonly backend: TestBackend;
  /** the store's first */
  readonly worker: CallingWorker;
  readonly root: SigningKey;
  readonly poolKeys: readonly OpeningKey[];

  private constructor(backend: TestBackend, root: SigningKey, poolKeys: readonly OpeningKey[]) {
    this.backend = backend;
    this.worker = new CallingWorker(backend.keys);
    this.root = root;
    this.poolKeys = poolKeys;
  }

  static async on(backend: TestBackend): Promise<FleetFixture> {
    const { signingKey } = await readRecoveryFile(backend.keys.recoveryFile);
    const poolKeys = await Promise.all(backend.keys.worker.poolKeys.map(importOpeningKey));
    return new FleetFixture(backend, signingKey, poolKeys);
  }

  /** A worker with this key, in its first run. */
  caller(signer: SigningKey): CallingWorker {
    return new CallingWorker(this.backend.keys, { signer });
  }

  async ask(name: string, input: unknown, caller: CallingWorker | null = this.worker) {
    const url = `/api/worker/${name}`;
    const payload = JSON.stringify(input);
    const signature = caller?.sign({ method: 'POST', target: url, body: payload });
    const headers = { ...signature, 'content-type': 'application/json' };
    const answer = await this.backend.app.inject({ method: 'POST', url, headers, payload });
    const { result, error } = answer.json<{ result?: { data: unknown }; error?: { code: number; message: string } }>();
    return {
      ...{ status: answer.statusCode, headers: answer.headers, data: Object(result?.data) },
      ...{ code: error?.code ?? null, message: error?.message ?? '' },
    };
  }

  fleet(caller = this.worker, held: Readonly<Record<string, number>> = {}) {
    return this.ask('fleet', { held, name: 'ignored', version: '1.2.3', isolation: 'bubblewrap' }, caller);
  }

  join(name: 'pool' | 'ask' | 'state' | 'append', input: unknown) {
    return this.ask(`join/${name}`, input, null);
  }

  askToJoin(newcomer: Newcomer, token: SigningKey, poolId: string) {
    const request = newcomer.ask(poolId, token);
    return this.join('ask', { poolId, workerId: newcomer.workerId, request, sealed: null });
  }

  async log(poolId = this.backend.deps.pools.firstPoolId): Promise<PoolLog> {
    const log = await this.backend.deps.pools.log(poolId);
    if (log === null) throw new Error('the pool has no log');
    return log.copy();
  }

  /** As the next entries of the log. */
  async append(
    log: PoolLog,
    entries: readonly Envelope[],
    { caller = this.worker, marks = {} }: { caller?: CallingWorker; marks?: Readonly<Record<string, string>> } = {},
  ) {
    const { poolId, founding, head } = log;
    return this.ask('appendLog', { poolId, founding, from: head.number, entries, marks }, caller);
  }

  /** One entry, signed by the caller, after what the log has now. */
  async sign(action: PoolAction, { caller = this.worker, poolId }: { caller?: CallingWorker; poolId?: string } = {}) {
    const log = await this.log(poolId);
    return this.append(log, [nextPoolEntry(log, action, caller.signer)], { caller });
  }

  async invite({
    caller = this.worker,
    uses = 1,
    minutes = 60,
    poolId,
  }: { caller?: CallingWorker; uses?: number; minutes?: number; poolId?: string } = {}): Promise<SigningKey> {
    const log = await this.log(poolId);
    const expiresAt = new Date(Date.now() + minutes * 60_000);
    const { key, entry } = await inviteWorkers(log, { uses, expiresAt }, caller.signer);
    const answer = await this.append(log, [entry], { caller });
    if (answer.status !== 200) throw new Error(`not invited: ${answer.message}`);
    return key;
  }

  /** What a member does with the request of a newcomer to the first pool. */
  async letIn(
    newcomer: Newcomer,
    token: SigningKey,
    {
      use = 1,
      marks = null,
      caller = this.worker,
    }: { use?: number; marks?: string | null; caller?: CallingWorker } = {},
  ) {
    const log = await this.log();
    const { worker } = newcomer.request(log.poolId);
    const keys = await keysForNewcomer(log, worker, this.poolKeys);
    const request = newcomer.ask(log.poolId, token);
    const hash = marks === null ? null : hashOf(marks);
    const action = { kind: 'join', request, identityId: null, use, keys, marks: hash } as const;
    const entry = nextPoolEntry(log, action, caller.signer);
    return this.append(log, [entry], { caller, marks: marks === null ? {} : { [newcomer.workerId]: marks } });
  }

  /** Another worker of the first pool. */
  async addMember(name = 'member'): Promise<{ readonly newcomer: Newcomer; readonly caller: CallingWorker }> {
    const newcomer = await createNewcomer(name);
    const token = await this.invite();
    const answer = await this.letIn(newcomer, token);
    if (answer.status !== 200) throw new Error(`not let in: ${answer.message}`);
    return { newcomer, caller: this.caller(newcomer.signer) };
  }

  /** As an administrator creates it: a row alone. */
  async createPool(name: string): Promise<string> {
    const id = uuid();
    await change(this.backend.deps, async (changes) => {
      await changes.insert('pool', { id, name, createdAt: new Date() });
      changes.audit({ actor: systemActor, action: 'pool.import', subject: { type: 'pool', id, name }, details: {} });
    });
    return id;
  }

  async foundPool(poolId: string, name: string, { caller = this.worker, uses = 1 } = {}) {
    const token = await generateSigningKey();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const invitation = { publicKey: token.publicKey, uses, expiresAt };
    const founding = signFounding({ poolId, name, invitation }, caller.signer);
    const answer = await this.ask('appendLog', { poolId, founding, from: 0, entries: [] }, caller);
    return { token, founding, answer };
  }

  /** The entries by which the first worker of a pool joins. */
  async aloneEntries(log: PoolLog, newcomer: Newcomer, token: SigningKey, use = 1) {
    const next = log.copy();
    const request = newcomer.ask(log.poolId, token);
    const join = nextPoolEntry(next, { kind: 'join', request, identityId: null, use, keys: [], marks: null }, token);
    next.append(join);
    const { key, entry } = await replacePoolKey(next, newcomer.signer);
    return { key, entries: [join, entry] };
  }

  async joinAlone(poolId: string, newcomer: Newcomer, token: SigningKey, use = 1) {
    const log = await this.log(poolId);
    const { key, entries } = await this.aloneEntries(log, newcomer, token, use);
    const { founding, head } = log;
    return { key, answer: await this.join('append', { poolId, founding, from: head.number, entries }) };
  }

  async revokeRow(workerId: string): Promise<void> {
    await change(this.backend.deps, async (changes) => {
      await changes.update('worker', workerId, { revokedAt: new Date() });
      changes.audit({
        ...{ actor: systemActor, action: 'worker.import', subject: { type: 'worker', id: workerId } },
        details: {},
      });
    });
  }
}
