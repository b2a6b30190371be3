import type { WorkerCheckResult, WorkerCheckTask, WorkerDelivery, WorkerDeliveryRequest } from '../schemas/worker.ts';

/** A worker whose request signature and certificate were verified. */
export interface WorkerIdentity {
  readonly workerId: string;
  readonly poolId: string;
}

export interface WorkerService {
  /** 1000 when the algorithm does not exist, 2001 when it does not run in the worker's pool */
  delivery(worker: WorkerIdentity, request: WorkerDeliveryRequest): Promise<WorkerDelivery>;
  module(worker: WorkerIdentity, sha256: string): Promise<Uint8Array>;
  /** The next check for a worker of this pool, taken by this one; null when there is none. */
  takeCheck(worker: WorkerIdentity): Promise<WorkerCheckTask | null>;
  /** Ignored when nobody waits for it any more. */
  answerCheck(worker: WorkerIdentity, result: WorkerCheckResult): Promise<void>;
}
