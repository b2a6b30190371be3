import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Envelope, WorkerStreamLine, WorkerStreamOpening, WorkerStreamRequest } from '@secret-store/api';
import { nextHints, noHints, signBeat, type ToldHints } from '@secret-store/sealing';
import type { BackendKeys } from '../../dependencies.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { FreshRead } from '../delivery/read-fresh.ts';
import { hintOf } from './hints.ts';
import { concernsPool, isOfPools } from './pools-concerned.ts';

/** A worker that reads so slowly asks for what it needs all the same. */
const unreadBytesMaximum = 256 * 1024;
/** What a worker may answer from memory depends on it: see `VouchedDeliveries` of the worker. A little less than a second. */
const beatsEachMilliseconds = 950;
/** Where more algorithms change at once, workers ask. */
const readAtOnceMaximum = 8;
/** What is larger is asked for: workers take no line of more than 64 KiB. */
const deliveryLengthMaximum = 48 * 1024;
/** A worker that missed more asks for everything. */
const replayedMaximum = 1_000;

export interface StreamDependencies {
  readonly ledger: Pick<Ledger, 'memory' | 'onFollowed'> & {
    readonly chain: Pick<Ledger['chain'], 'signedHead' | 'signedPlace' | 'changesSince'>;
    readonly standing: Pick<Ledger['standing'], 'isAsking'>;
  };
  readonly keys: Pick<BackendKeys, 'certificate' | 'signer'>;
  readonly pools: { readonly firstPoolId: string };
  readonly readFresh: (algorithmId: string) => Promise<FreshRead | null>;
  /** for tests */
  readonly now?: () => number;
}

/** Whose stream it is. */
export interface Follower {
  readonly workerId: string;
  readonly poolId: string;
}

/**
 * The open streams to workers. A change is told on each before the request that made it is answered: it is sent in the same
 * turn in which this backend commits it, or reads that another one did. A beat follows each regular reading of the database, so a
 * backend that cannot read it sends none. It is signed once for all streams.
 */
export class WorkerStreams {
  readonly #deps: StreamDependencies;
  readonly #open = new Map<Writable, Follower>();
  readonly #now: () => number;
  readonly #instance = randomBytes(16).toString('base64url');
  #hints: ToldHints = noHints;
  #beatAt = Number.NEGATIVE_INFINITY;
  #sentHead: Envelope | null = null;
  /** ids of algorithms */
  readonly #beingRead = new Set<string>();

  constructor(deps: StreamDependencies) {
    this.#deps = deps;
    this.#now = deps.now ?? (() => performance.now());
    deps.ledger.memory.onRaised((kind, id) => this.#tell(kind, id));
    deps.ledger.onFollowed((begunAt) => this.#beat(begunAt));
  }

  /** The first line of a stream that is added in the same turn. @param since as the worker has it */
  opening({ poolId }: Follower, since: WorkerStreamRequest['since']): string {
    const { chain, standing } = this.#deps.ledger;
    const missed = since === null ? null : chain.changesSince(since);
    return JSON.stringify({
      instance: this.#instance,
      time: Math.floor(this.#now()),
      hints: this.#hints,
      // a backend that asks the workers what it should believe must not hear itself
      head: standing.isAsking ? null : chain.signedHead,
      backendCertificate: this.#deps.keys.certificate,
      changed: missed && algorithmsOf(missed),
      fleet: missed === null || missed.some((subject) => this.#concernsPool(subject, poolId)),
    } satisfies WorkerStreamOpening);
  }

  /** Sends to this worker until the stream ends. */
  add({ workerId, poolId }: Follower, stream: Writable): void {
    this.#open.set(stream, { workerId, poolId });
    stream.once('close', () => this.#open.delete(stream));
  }

  /** A question for workers of these pools waits in the database. */
  tellOfChecks(poolIds: ReadonlySet<string>): void {
    this.#send({ check: true }, ({ poolId }) => poolIds.has(poolId));
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Ends all of them. */
  end(): void {
    for (const stream of this.#open.keys()) stream.end();
  }

  #beat(begunAt: number): void {
    if (this.isEmpty || begunAt - this.#beatAt < beatsEachMilliseconds) return;
    this.#beatAt = begunAt;
    const { signedHead, signedPlace } = this.#deps.ledger.chain;
    const isNew = signedHead !== null && signedHead !== this.#sentHead;
    this.#sentHead = signedHead;
    const beat = { instance: this.#instance, time: Math.floor(begunAt), hints: this.#hints, head: signedPlace };
    this.#send({ beat: signBeat(beat, this.#deps.keys.signer), ...(isNew && { head: signedHead }) });
  }

  #tell(kind: string, id: string): void {
    if (this.isEmpty) return;
    const hint = hintOf(kind);
    if (hint === 'algorithm') this.#tellOfAlgorithm(kind, id);
    else if (hint === 'everything') this.#hint({ changed: null });
    else if (hint === 'worker') {
      this.#hint({ worker: id });
      this.#endOf(id);
    }
    if (isOfPools(hint)) this.#send({ fleet: true }, ({ poolId }) => this.#concernsPool({ kind, id }, poolId));
  }

  #tellOfAlgorithm(kind: string, id: string): void {
    const set = kind === 'set' ? this.#deps.ledger.memory.find(kind, id)?.digest : undefined;
    this.#hint({ changed: [id], ...(set !== undefined && { set }) });
    if (set === undefined || this.#beingRead.has(id) || this.#beingRead.size >= readAtOnceMaximum) return;
    void this.#deliver(id);
  }

  /** A worker that gets no delivery asks for it. */
  async #deliver(algorithmId: string): Promise<void> {
    this.#beingRead.add(algorithmId);
    const fresh = await this.#deps.readFresh(algorithmId).catch(() => null);
    this.#beingRead.delete(algorithmId);
    if (fresh === null) return;
    const { poolIds, hash, content } = fresh;
    // changed meanwhile
    if (this.#deps.ledger.memory.find('set', algorithmId)?.digest !== hash) return this.#deliver(algorithmId);
    const whole = JSON.stringify({ delivery: { algorithmId, hash, content } } satisfies WorkerStreamLine);
    const asked = JSON.stringify({ delivery: { algorithmId, hash, content: null } } satisfies WorkerStreamLine);
    this.#sendText(whole.length > deliveryLengthMaximum ? asked : whole, ({ poolId }) => poolIds.includes(poolId));
  }

  #concernsPool(subject: Parameters<typeof concernsPool>[1], poolId: string): boolean {
    const { ledger, pools } = this.#deps;
    return concernsPool({ memory: ledger.memory, firstPoolId: pools.firstPoolId }, subject, poolId);
  }

  /** It has to authenticate again. */
  #endOf(workerId: string): void {
    for (const [stream, of] of this.#open) if (of.workerId === workerId) stream.end();
  }

  /** A line that beats vouch for. */
  #hint(line: WorkerStreamLine): void {
    this.#hints = nextHints(this.#hints, this.#send(line));
  }

  /** @returns the line as it is sent */
  #send(line: WorkerStreamLine, concerns?: (follower: Follower) => boolean): string {
    const text = JSON.stringify(line);
    this.#sendText(text, concerns);
    return text;
  }

  #sendText(text: string, concerns: (follower: Follower) => boolean = () => true): void {
    const bytes = Buffer.from(`${text}\n`);
    for (const [stream, follower] of this.#open) {
      if (stream.writableEnded || !concerns(follower)) continue;
      if (stream.writableLength > unreadBytesMaximum) stream.destroy();
      else stream.write(bytes);
    }
  }
}

/** Null where they are all concerned, or too many. */
const algorithmsOf = (changes: readonly { readonly kind: string; readonly id: string }[]): string[] | null => {
  const hinted = changes.map(({ kind, id }) => ({ hint: hintOf(kind), id }));
  if (hinted.some(({ hint }) => hint === 'everything')) return null;
  const ids = new Set(hinted.flatMap(({ hint, id }) => (hint === 'algorithm' ? [id] : [])));
  return ids.size > replayedMaximum ? null : [...ids];
};
