import { type Envelope, signWorkerReceipt, type WorkerReceipt } from '@secret-store/sealing';
import type { TestBackend } from '../../http/testing/test-backend.ts';
import type { CallingWorker } from '../../workers/testing/calling-worker.ts';
import type { FleetFixture } from '../../workers/testing/fleet-fixture.ts';

export interface ReportOptions extends Partial<Omit<WorkerReceipt, 'algorithmId'>> {
  /** milliseconds since it was ready */
  readonly age?: number;
}

/** Says of algorithms what a worker says that has their current sets. */
export class ReportingWorker {
  counter = 0;

  constructor(
    readonly fleet: FleetFixture,
    readonly workerId: string,
    readonly caller: CallingWorker = fleet.worker,
  ) {}

  /** The store's first worker. */
  static first(fleet: FleetFixture): ReportingWorker {
    const [member] = [...(fleet.backend.deps.ledger.memory.living('worker') ?? [])];
    if (member === undefined) throw new Error('the store has no worker');
    return new ReportingWorker(fleet, member.id);
  }

  sign(algorithmId: string, { age: _, ...said }: ReportOptions = {}): Envelope {
    this.counter += 1;
    const receipt = {
      ...{ workerId: this.workerId, run: this.caller.run, counter: this.counter, algorithmId },
      ...{ set: presentSet(this.fleet.backend, algorithmId), failures: [], processes: [], ...said },
    };
    return signWorkerReceipt(receipt, this.caller.signer);
  }

  report(algorithmId: string, said: ReportOptions = {}) {
    return this.send([{ receipt: this.sign(algorithmId, said), age: said.age ?? 0 }]);
  }

  send(receipts: readonly { receipt: Envelope; age: number }[], more: object = {}) {
    return this.fleet.ask('receipts', { receipts, gone: [], kept: null, ...more }, this.caller);
  }
}

export const presentSet = ({ deps }: TestBackend, algorithmId: string): WorkerReceipt['set'] => {
  const set = deps.ledger.memory.find('set', algorithmId);
  if (set === null) throw new Error('the algorithm has no set');
  return { number: set.version, hash: set.digest };
};
