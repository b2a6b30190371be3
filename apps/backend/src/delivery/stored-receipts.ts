import { rowsOf } from '@secret-store/db';
import { SealingError, type VerificationKey, type WorkerReceipt } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { type KnownMember, knownMembers } from '../workers/admin/known-workers.ts';
import { Arrivals, noArrivals } from './arrivals.ts';

type ReceiptDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools' | 'receipts' | 'log'>;

/** What a living worker said of an algorithm in its current run. */
export interface StoredReceipt {
  readonly receipt: WorkerReceipt;
  readonly arrivals: Arrivals;
}

interface ReceiptRow {
  readonly workerId: string;
  readonly algorithmId: string;
  readonly receipt: unknown;
  readonly arrivals: unknown;
}

/** Who must have signed what it said. */
interface Speaker {
  readonly workerId: string;
  readonly key: VerificationKey;
  /** what it said in this run alone; null before its first; `any`: in earlier ones too */
  readonly run: number | null | 'any';
}

/** A worker that could be asked, and what it said last; null: nothing that counts. */
export interface Holder {
  readonly worker: KnownMember;
  readonly said: StoredReceipt | null;
}

const ofAlgorithms = `SELECT "workerId", "algorithmId", receipt, arrivals FROM worker_receipt
  WHERE "algorithmId" = ANY ($1::uuid[])`;

const ofWorker = `SELECT "workerId", "algorithmId", receipt, arrivals FROM worker_receipt
  WHERE "workerId" = $1::uuid AND ($2::uuid[] IS NULL OR "algorithmId" = ANY ($2::uuid[]))`;

/** The living workers of these pools, the oldest first, each with what it said of the algorithm. */
export const holdersOf = async (
  deps: ReceiptDependencies,
  algorithmId: string,
  poolIds: readonly string[],
): Promise<Holder[]> => {
  const workers = await livingWorkers(deps, poolIds);
  const said = new Map((await saidBy(deps, workers, [algorithmId])).map((stored) => [stored.receipt.workerId, stored]));
  return workers.map((worker) => ({ worker, said: said.get(worker.row.id) ?? null }));
};

export const livingWorkers = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  poolIds?: readonly string[],
): Promise<KnownMember[]> =>
  (await knownMembers(deps, poolIds === undefined ? {} : { poolIds })).filter(
    ({ details }) => details.state !== 'revoked',
  );

/** What these workers said of these algorithms. */
export const saidBy = async (
  deps: ReceiptDependencies,
  workers: readonly KnownMember[],
  algorithmIds: readonly string[],
): Promise<StoredReceipt[]> => {
  const rows = await rowsOf<ReceiptRow>(deps.db.pool, { text: ofAlgorithms, values: [algorithmIds] });
  const speakers = new Map(workers.map((worker) => [worker.row.id, speakerOf(worker)]));
  return rows.flatMap((row) => {
    const speaker = speakers.get(row.workerId);
    return speaker === undefined ? [] : (genuineReceipt(deps, speaker, row) ?? []);
  });
};

export const speakerOf = ({ row: { id, run }, member: { key } }: KnownMember): Speaker => ({ workerId: id, key, run });

/** What one worker said. @param algorithmIds only of these; of all when left out */
export const saidByWorker = async (
  deps: ReceiptDependencies,
  speaker: Speaker,
  algorithmIds?: readonly string[],
): Promise<StoredReceipt[]> => {
  const values = [speaker.workerId, algorithmIds ?? null];
  const rows = await rowsOf<ReceiptRow>(deps.db.pool, { text: ofWorker, values });
  return rows.flatMap((row) => genuineReceipt(deps, speaker, row) ?? []);
};

/**
 * Null for what somebody else wrote or put back: it is not signed by this worker, not about this algorithm, or older than one that this
 * backend has seen. Null also for what the worker said before it started last, as nobody knows what it holds since.
 */
const genuineReceipt = (
  { receipts, log }: Pick<Dependencies, 'receipts' | 'log'>,
  { workerId, key, run }: Speaker,
  { algorithmId, receipt: envelope, arrivals }: ReceiptRow,
): StoredReceipt | null => {
  const receipt = verified(receipts, envelope, key);
  const isIts = receipt !== null && receipt.workerId === workerId && receipt.algorithmId === algorithmId;
  if (!isIts || !receipts.see(receipt)) {
    if (receipts.isFirstRefusal(workerId, algorithmId))
      log.warn({ workerId, algorithmId }, 'refused a receipt that is not the last one of its worker');
    return null;
  }
  if (run !== 'any' && receipt.run !== run) return null;
  return { receipt, arrivals: Arrivals.safeParse(arrivals).data ?? noArrivals };
};

const verified = (
  receipts: Dependencies['receipts'],
  envelope: unknown,
  key: VerificationKey,
): WorkerReceipt | null => {
  try {
    return receipts.verify(envelope, key);
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};
