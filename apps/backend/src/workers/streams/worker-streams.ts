import type { Writable } from 'node:stream';
import type { WorkerStreamLine } from '@secret-store/api';
import type { BackendKeys } from '../../dependencies.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { hintOf } from './hints.ts';

/** A worker that reads so slowly asks for what it needs all the same. */
const unreadBytesMaximum = 256 * 1024;
/** What a worker may answer from memory depends on it: see `VouchedDeliveries` of the worker. */
const beatsEachMilliseconds = 250;

export interface StreamDependencies {
  readonly ledger: Pick<Ledger, 'memory' | 'onFollowed'> & { readonly chain: Pick<Ledger['chain'], 'signedHead'> };
  readonly keys: Pick<BackendKeys, 'certificate'>;
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
 * turn in which this backend commits it, or reads that another one did. A beat follows each reading of the database, so a backend
 * that cannot read it sends none.
 */
export class WorkerStreams {
  readonly #deps: StreamDependencies;
  readonly #open = new Map<Writable, Follower>();
  readonly #now: () => number;
  #beatAt = Number.NEGATIVE_INFINITY;

  constructor(deps: StreamDependencies) {
    this.#deps = deps;
    this.#now = deps.now ?? (() => performance.now());
    deps.ledger.memory.onRaised((kind, id) => this.#tell(kind, id));
    deps.ledger.onFollowed(() => this.#beat());
  }

  /** Sends to this worker until the stream ends, from the next beat on. */
  add({ workerId, poolId }: Follower, stream: Writable): void {
    this.#open.set(stream, { workerId, poolId });
    stream.once('close', () => this.#open.delete(stream));
  }

  /** Ends all of them. */
  end(): void {
    for (const stream of this.#open.keys()) stream.end();
  }

  #beat(): void {
    const now = this.#now();
    if (this.#open.size === 0 || now - this.#beatAt < beatsEachMilliseconds) return;
    this.#beatAt = now;
    this.#send({ beat: { head: this.#deps.ledger.chain.signedHead, backendCertificate: this.#deps.keys.certificate } });
  }

  #tell(kind: string, id: string): void {
    if (this.#open.size === 0) return;
    const hint = hintOf(kind);
    if (hint === 'algorithm') this.#send({ changed: [id] });
    else if (hint === 'everything') this.#send({ changed: null });
    else if (hint === 'fleet') this.#send({ fleet: true });
    else if (hint === 'pool') this.#send({ fleet: true }, (of) => of.poolId === id);
    else if (hint === 'worker') {
      this.#endOf(id);
      // another member of its pool may have to make its end final
      this.#send({ fleet: true });
    }
  }

  /** It has to authenticate again. */
  #endOf(workerId: string): void {
    for (const [stream, of] of this.#open) if (of.workerId === workerId) stream.end();
  }

  #send(line: WorkerStreamLine, concerns: (follower: Follower) => boolean = () => true): void {
    const text = `${JSON.stringify(line)}\n`;
    for (const [stream, follower] of this.#open) {
      if (stream.writableEnded || !concerns(follower)) continue;
      if (stream.writableLength > unreadBytesMaximum) stream.destroy();
      else stream.write(text);
    }
  }
}
