import { createHash } from 'node:crypto';
import { ApiError, type Envelope, type WorkerReceipts, type WorkerReceiptsAnswer } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { SealingError, type WorkerReceipt } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import type { WorkerIdentity } from '../workers/authentication/find-member.ts';
import { runsIn } from '../workers/pools/pools-of.ts';
import { type Arrivals, noArrivals, withArrival } from './arrivals.ts';
import { isNewer } from './known-receipts.ts';
import { reasonInWords } from './reason-words.ts';
import { saidByWorker, type StoredReceipt } from './stored-receipts.ts';

export type KeepDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools' | 'receipts' | 'sets' | 'log'>;

interface Given {
  readonly envelope: Envelope;
  readonly receipt: WorkerReceipt;
  /** milliseconds since 1970 */
  readonly readyAt: number;
}

const algorithms = `SELECT ${selection('algorithm')} FROM algorithm WHERE id = ANY ($1::uuid[])`;

const store = `INSERT INTO worker_receipt ("workerId", "algorithmId", receipt, arrivals, "receivedAt")
  SELECT $1::uuid, given."algorithmId", given.receipt, given.arrivals, now()
  FROM jsonb_to_recordset($2::jsonb) AS given("algorithmId" uuid, receipt jsonb, arrivals jsonb)
  ON CONFLICT ("workerId", "algorithmId") DO UPDATE
  SET receipt = EXCLUDED.receipt, arrivals = EXCLUDED.arrivals, "receivedAt" = EXCLUDED."receivedAt"`;

const forget = `DELETE FROM worker_receipt WHERE "workerId" = $1::uuid AND "algorithmId" = ANY ($2::uuid[])`;

/**
 * Keeps what a worker says of the algorithms of its pool, the newest of each. It decides nothing; who shows it verifies it again.
 * @throws {ApiError} 2001 for what another worker says, 6001 for what no worker of this version says
 */
export const keepReceipts = async (
  deps: KeepDependencies,
  worker: WorkerIdentity,
  { receipts, gone, kept }: WorkerReceipts,
): Promise<WorkerReceiptsAnswer> => {
  const now = Date.now();
  const given = receipts.map(({ receipt, age }): Given => ({
    envelope: receipt,
    receipt: verifiedReceipt(deps, worker, receipt),
    readyAt: now - age,
  }));
  const own = await ownAlgorithms(deps, worker, given);
  const refused = given.map(({ receipt }) => receipt.algorithmId).filter((id) => !own.has(id));
  const forgotten = [...gone, ...refused];
  if (forgotten.length > 0) await deps.db.pool.query({ text: forget, values: [worker.workerId, forgotten] });
  await storeNewer(
    deps,
    worker,
    given.filter(({ receipt }) => own.has(receipt.algorithmId)),
  );
  return { refused, again: kept !== null && (await digestOfKept(deps, worker)) !== kept };
};

const verifiedReceipt = (
  { receipts }: Pick<Dependencies, 'receipts'>,
  { workerId, key }: WorkerIdentity,
  envelope: Envelope,
): WorkerReceipt => {
  const receipt = verify(receipts, envelope, key);
  if (receipt.workerId !== workerId)
    throw new ApiError('NotAuthorized', 'A worker reports only for itself: the receipt names another worker.');
  // nothing else than words of our own may get into the database, and from there to a page
  if (receipt.failures.some(({ reason }) => reasonInWords(reason) === null))
    throw new ApiError(
      'InputValidationError',
      'The receipt gives an unknown reason. Run the same version on both sides.',
    );
  return receipt;
};

const verify = (receipts: Dependencies['receipts'], envelope: Envelope, key: WorkerIdentity['key']): WorkerReceipt => {
  try {
    return receipts.verify(envelope, key);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new ApiError('InputValidationError', 'The receipt is not signed by this worker. Run the same version.', {
      cause: error,
    });
  }
};

/** Ids of those that the worker's pool runs. */
const ownAlgorithms = async (
  { db, ledger }: KeepDependencies,
  { poolId }: WorkerIdentity,
  given: readonly Given[],
): Promise<ReadonlySet<string>> => {
  if (given.length === 0) return new Set();
  const values = [given.map(({ receipt }) => receipt.algorithmId)];
  const rows = await rowsOf<Rows['algorithm']>(db.pool, { text: algorithms, values });
  const genuine = await ledger.genuineAll('algorithm', rows);
  return new Set(genuine.filter((algorithm) => runsIn(algorithm, poolId)).map(({ id }) => id));
};

const storeNewer = async (
  deps: KeepDependencies,
  { workerId, key }: WorkerIdentity,
  given: readonly Given[],
): Promise<void> => {
  if (given.length === 0) return;
  const ids = given.map(({ receipt }) => receipt.algorithmId);
  const held = await saidByWorker(deps, { workerId, key, run: 'any' }, ids);
  const before = new Map(held.map((stored) => [stored.receipt.algorithmId, stored]));
  const newer = given.flatMap((one) => {
    const { algorithmId } = one.receipt;
    const last = before.get(algorithmId);
    // sent again, or overtaken by a later one
    if (last !== undefined && !isNewer(last.receipt, one.receipt)) return [];
    deps.receipts.see(one.receipt);
    return [{ algorithmId, receipt: one.envelope, arrivals: arrivalsWith(deps, last, one) }];
  });
  if (newer.length > 0)
    await deps.db.pool.query({ name: 'keep-receipts', text: store, values: [workerId, JSON.stringify(newer)] });
};

const arrivalsWith = (
  { sets }: Pick<Dependencies, 'sets'>,
  held: StoredReceipt | undefined,
  { receipt, readyAt }: Given,
): Arrivals => {
  const present = sets.find(receipt.set.hash)?.body;
  const failing = new Set(receipt.failures.flatMap(({ secretIds }) => secretIds));
  const failed = held?.receipt.failures.flatMap(({ secretIds }) => secretIds) ?? [];
  return withArrival(held?.arrivals ?? noArrivals, {
    ...{ number: receipt.set.number, at: readyAt },
    recovered: failed.filter((id) => !failing.has(id)),
    sinces: present?.secrets.map(({ since = present.number }) => since) ?? null,
  });
};

/** What the worker computes of what it sent: the algorithms of its current run, each with the counter of its newest receipt. */
const digestOfKept = async (deps: KeepDependencies, { workerId, key }: WorkerIdentity): Promise<string> => {
  const run = (await deps.ledger.read('worker', workerId))?.run ?? null;
  const said = await saidByWorker(deps, { workerId, key, run });
  const lines = said.map(({ receipt }) => `${receipt.algorithmId} ${receipt.counter}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
};
