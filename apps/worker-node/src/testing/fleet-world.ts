import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JoinAskRequest, JoinPoolAnswer, PoolLogAddition } from '@secret-store/api/schemas';
import {
  createStoreKeys,
  envelopeSchema,
  foundingSchema,
  generateSigningKey,
  importOpeningKey,
  importSigningKey,
  keyFiles,
  nextPoolEntry,
  parseRootPublic,
  PoolLog,
  type RootPublic,
  type SigningKey,
  type StoreKeys,
} from '@secret-store/sealing';
import { pino } from 'pino';
import { LogMovedOn } from '../errors/resolve-failure.ts';
import type { FleetDependencies } from '../fleet/fleet-dependencies.ts';
import { PinnedLogs } from '../fleet/pinned-logs.ts';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import { HighWaterMarks } from '../state/high-water-marks.ts';
import { NewestHead } from '../state/newest-head.ts';
import { apiError, data, type FakeAnswer } from './backend/fake-backend.ts';

interface KeptJoin extends JoinAskRequest {
  refusal: string | null;
  marks: string | null;
}

const anHour = 3_600_000;

/** A store with its first worker and a backend that keeps what it is given, and hands out what a test makes it hand out. */
export class FleetWorld {
  readonly logs = new Map<string, PoolLog>();
  readonly joins = new Map<string, KeptJoin>();
  revocations: string[] = [];
  admissions: string[] = [];
  lacking: Record<string, number> = {};
  /** what is changed in an answer on its way */
  onTheWay: (answer: JoinPoolAnswer) => JoinPoolAnswer = (answer) => answer;
  /** runs before entries are taken: another member is faster */
  beforeAppend: () => void = () => undefined;
  readonly logged: string[] = [];
  readonly firstId: string;
  readonly root: RootPublic;
  readonly rootSigner: SigningKey;

  private constructor(
    readonly keys: StoreKeys,
    readonly directory: string,
  ) {
    const [poolCertificate] = keys.backend.certificates.pools;
    const [workerCertificate] = keys.backend.certificates.workers;
    this.root = parseRootPublic(keys.root, keys.rootFingerprint);
    this.rootSigner = importSigningKey(keys.recoveryFile.signingKey);
    const first = PoolLog.found({ poolCertificate, workerCertificate }, { root: this.root, first: null });
    this.firstId = first.poolId;
    this.logs.set(first.poolId, first);
  }

  /** @param directory for the folders of workers; that of the first is `first` in it */
  static async create(directory: string): Promise<FleetWorld> {
    const keys = await createStoreKeys();
    mkdirSync(path.join(directory, 'first'), { mode: 0o700 });
    for (const [name, text] of Object.entries(keyFiles(keys).worker))
      writeFileSync(path.join(directory, 'first', name), text);
    return new FleetWorld(keys, directory);
  }

  get first(): PoolLog {
    return this.log(this.firstId);
  }

  log(poolId: string): PoolLog {
    const log = this.logs.get(poolId);
    if (log === undefined) throw new Error('the store has no such log');
    return log;
  }

  /** For `startFakeBackend`. */
  get signing() {
    const { backend, worker } = this.keys;
    const signer = importSigningKey(backend.signingKey);
    return {
      signer,
      certificate: backend.certificates.backend,
      root: this.root,
      workerCertificate: worker.workerCertificate,
    };
  }

  /** The worker in the folder, as its process opens it. */
  async member(folder = 'first'): Promise<FleetDependencies> {
    const workerDirectory = path.join(this.directory, folder);
    const directory = path.join(workerDirectory, 'state');
    const keys = await readWorkerKeys(workerDirectory, null);
    const { root } = this;
    const [head, marks] = [await NewestHead.open({ directory, root }), await HighWaterMarks.open({ directory, root })];
    return {
      backend: this.#backend,
      keys,
      logs: await PinnedLogs.open({ directory, root, workerId: keys.workerId }),
      seen: { directory, head, marks },
      about: { name: folder, version: '1', isolation: 'none' },
      log: pino({ level: 'debug' }, { write: (line: string) => void this.logged.push(line) }),
      reseal: async () => 0,
    };
  }

  /** A token, whose invitation the root signs. */
  async invite(poolId = this.firstId, { uses = 1, endsIn = anHour } = {}): Promise<SigningKey> {
    const key = await generateSigningKey();
    const expiresAt = new Date(Date.now() + endsIn).toISOString();
    const log = this.log(poolId);
    const invitation = { publicKey: key.publicKey, uses, expiresAt };
    log.append(nextPoolEntry(log, { kind: 'invite', invitation }, this.rootSigner));
    return key;
  }

  poolKeys() {
    return Promise.all(this.keys.worker.poolKeys.map(importOpeningKey));
  }

  /** The answer of the backend to a machine that is no worker yet. */
  answer(name: string, input: unknown): FakeAnswer {
    // the client sends these forms
    const asked = input as JoinAskRequest & PoolLogAddition;
    switch (name) {
      case 'join/pool': {
        const log = this.logs.get(asked.poolId);
        return log === undefined ? apiError(403, 2005) : data(this.onTheWay(this.describe(log)));
      }
      case 'join/ask':
        if (!this.joins.has(asked.workerId)) this.joins.set(asked.workerId, { ...asked, refusal: null, marks: null });
        return data({});
      case 'join/state':
        return data(this.#stateOf(asked.workerId));
      case 'join/append':
        try {
          this.#append(asked);
          return data({});
        } catch (error) {
          if (!(error instanceof LogMovedOn)) throw error;
          return apiError(409, 6001);
        }
      default:
        return apiError(500, 5001);
    }
  }

  describe({ poolId, name }: PoolLog): JoinPoolAnswer {
    const ids = [...new Set([this.firstId, poolId])];
    return { root: this.keys.root, pool: { id: poolId, name }, logs: ids.map((id) => this.part(id)) };
  }

  part(poolId: string, from = 0): JoinPoolAnswer['logs'][number] {
    const { founding, entries } = this.log(poolId);
    return { poolId, founding, from, entries: entries.slice(from) };
  }

  #stateOf(workerId: string) {
    const { refusal = null, marks = null } = this.joins.get(workerId) ?? {};
    const isMember = [...this.logs.values()].some(({ state }) => state.members.has(workerId));
    if (isMember) return { state: 'joined', reason: null, marks };
    return { state: refusal === null ? 'waiting' : 'refused', reason: refusal, marks: null };
  }

  #append({ poolId, founding, from, entries, marks = {} }: PoolLogAddition): void {
    this.beforeAppend();
    const trust = { root: this.root, first: this.first };
    const log = this.logs.get(poolId)?.copy() ?? PoolLog.found(foundingSchema.parse(founding), trust);
    if (log.head.number !== from) throw new LogMovedOn();
    for (const entry of entries) log.append(envelopeSchema.parse(entry));
    this.logs.set(poolId, log);
    for (const [workerId, text] of Object.entries(marks)) {
      const join = this.joins.get(workerId);
      if (join !== undefined) join.marks = text;
    }
  }

  readonly #backend: FleetDependencies['backend'] = {
    fleet: async ({ held }) => ({
      logs: [...this.logs.keys()]
        .filter((id) => this.log(id).head.number > (held[id] ?? -1))
        .map((id) => this.part(id, held[id])),
      joins: [...this.joins.values()]
        .filter(({ workerId, refusal }) => refusal === null && !this.first.state.members.has(workerId))
        .map(({ workerId, request, sealed }) => ({ workerId, request, sealed })),
      revocations: this.revocations,
      admissions: this.admissions,
      pending: 0,
      lacking: this.lacking,
    }),
    appendLog: async (addition) => this.#append(addition),
    refuseJoin: async ({ workerId, reason }) => {
      const join = this.joins.get(workerId);
      if (join !== undefined) join.refusal = reason;
    },
    workerStates: async () => ({}),
    pendingReseal: async () => ({ pending: 0, lost: 0, left: 0, named: [] }),
    poolLog: async (asked) => this.describe(this.log('poolId' in asked ? asked.poolId : this.firstId)),
  };
}
