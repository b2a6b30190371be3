import type { Database } from '@secret-store/db';
import type { ClientBase } from 'pg';
import type { BackendKeys } from '../dependencies.ts';
import { ledgerKeys } from '../ledger/chain/ledger-dependencies.ts';
import { genuineEvent, type TaggedEvent } from '../ledger/chain/ledger-event.ts';
import type { PendingRow } from '../ledger/chain/pending-events.ts';
import { readEvents } from '../ledger/chain/read-chain.ts';
import { RecentIds } from '../ledger/chain/recent-ids.ts';
import { type Epoch, readEpochs } from '../ledger/epochs.ts';
import { type ChainHead, emptyChain } from '../ledger/state/chain-head.ts';
import { RowMemory } from '../rows/row-memory.ts';
import { type ChainFinding, ChainVerifier } from './chain-verifier.ts';
import { compareRows, type RowFinding } from './compare-rows.ts';

export interface StoreVerification {
  readonly db: Pick<Database, 'pool'>;
  readonly keys: Pick<BackendKeys, 'root' | 'verificationKey' | 'keyRing'>;
  /** what the backend's folder remembers: read before this is called */
  readonly remembered: ChainHead | null;
  readonly onProgress?: (progress: { readonly events: number; readonly rows: number }) => void;
}

export interface VerifiedStore {
  readonly events: number;
  /** what the root signed, the newest first */
  readonly epochs: readonly Epoch[];
  /** the last event that verifies */
  readonly head: ChainHead;
  /** the last event from before heads were signed; 0 without one */
  readonly takenOver: number;
  readonly finding: ChainFinding | null;
  /** with the events that are not chained yet */
  readonly memory: RowMemory;
  readonly pending: number;
  /** null where the audit does not verify, so that nobody knows what the rows should be */
  readonly rows: { readonly compared: number; readonly found: number; readonly findings: readonly RowFinding[] } | null;
}

const pageSize = 1_000;
const findingsListed = 100;

/** Verifies the audit from its first event, and compares every row with it. A store may run on the database meanwhile. */
export const verifyStore = async (verification: StoreVerification): Promise<VerifiedStore> => {
  const client = await verification.db.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const verified = await verifySnapshot(verification, client);
    await client.query('COMMIT');
    client.release();
    return verified;
  } catch (error) {
    client.release(true);
    throw error;
  }
};

const verifySnapshot = async (verification: StoreVerification, client: ClientBase): Promise<VerifiedStore> => {
  const { keys, onProgress } = verification;
  const memory = new RowMemory();
  const chained = new RecentIds();
  const forged: string[] = [];
  const epochs = await readEpochs(client, keys.root, (epoch) => forged.push(epoch));
  const chain = await verifyChain(verification, client, { epochs, memory, chained });
  if (chain.finding !== null) return { ...chain, memory, pending: 0, rows: null };
  const findings: RowFinding[] = [];
  let compared = 0;
  let found = 0;
  const onFinding = (finding: RowFinding): void => {
    found += 1;
    if (findings.length < findingsListed) findings.push(finding);
  };
  for (const epoch of forged) onFinding({ kind: 'restore', id: epoch, problem: 'unknown' });
  const pending = await readAllPending(client);
  const genuine = pending.flatMap((row) => genuinePending(verification, row, { head: chain.head, chained, onFinding }));
  for (const { event } of genuine) memory.raise(event.marks);
  await compareRows({
    ...{ client, memory, onFinding },
    key: ledgerKeys(keys).rows,
    onRow: () => {
      compared += 1;
      onProgress?.({ events: chain.events, rows: compared });
    },
  });
  return { ...chain, memory, pending: genuine.length, rows: { compared, found, findings } };
};

interface Filled {
  readonly memory: RowMemory;
  readonly chained: RecentIds;
}

const verifyChain = async (
  { keys, remembered, onProgress }: StoreVerification,
  client: ClientBase,
  { epochs, memory, chained }: Filled & { readonly epochs: readonly Epoch[] },
) => {
  const verifier = new ChainVerifier({
    ...{ verificationKeys: [keys.verificationKey], epochs, remembered },
    successorOf: (hash) => successorOf(client, hash),
    onPiece: ({ events }) => {
      for (const { id, marks } of events) {
        memory.settle(marks);
        chained.add(id);
      }
    },
  });
  let events = 0;
  let goesOn = true;
  while (goesOn) {
    const rows = await readEvents(client, events + 1, pageSize);
    for (const row of rows) {
      goesOn &&= await verifier.add(row);
      if (goesOn) events += 1;
    }
    onProgress?.({ events, rows: 0 });
    if (rows.length < pageSize) break;
  }
  const finding = verifier.end();
  return { events, epochs, finding, head: verifier.signed ?? emptyChain, takenOver: verifier.takenOver };
};

const successorOf = async (client: ClientBase, hash: string): Promise<number | null> => {
  const { rows } = await client.query<{ sequence: string }>(
    'SELECT sequence FROM audit_event WHERE "previousHash" = $1 LIMIT 1',
    [hash],
  );
  return rows[0] === undefined ? null : Number(rows[0].sequence);
};

const readAllPending = async (client: ClientBase): Promise<PendingRow[]> =>
  (await client.query<PendingRow>('SELECT id, event, tag FROM audit_pending ORDER BY id')).rows;

const genuinePending = (
  { keys }: StoreVerification,
  row: PendingRow,
  { head, chained, onFinding }: Pick<Filled, 'chained'> & { head: ChainHead; onFinding: (finding: RowFinding) => void },
): TaggedEvent[] => {
  const tagged = genuineEvent(ledgerKeys(keys).events, row);
  const isOfThisState = tagged?.event.epoch === head.epoch && tagged.event.after <= head.sequence;
  if (tagged !== null && chained.has(tagged.event.id)) return [];
  if (tagged !== null && isOfThisState) return [tagged];
  onFinding({ kind: 'pending event', id: row.id, problem: 'unknown' });
  return [];
};
