import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { SealingError, signAuditCheckpoint, verifyAuditCheckpoint } from '@secret-store/sealing';
import { z } from 'zod';
import { Mark } from '../../rows/mark.ts';
import type { ChainHead } from '../state/chain-head.ts';
import type { LedgerDependencies } from './ledger-dependencies.ts';
import { isAt, readEvents, type SignedHead, signedHeadOf } from './read-chain.ts';

/** The row memory at one place of the chain. */
export interface Checkpoint {
  readonly head: ChainHead;
  readonly marks: readonly Mark[];
  /** ids of the events before it, newest last: what is put back into the pending table is known by them */
  readonly recentIds: readonly string[];
}

export interface StoredCheckpoint extends Checkpoint {
  /** a backend's word for the event at that place, as it stands in the chain */
  readonly signed: SignedHead | null;
}

const State = z.object({ marks: z.array(Mark), recentIds: z.array(z.string()) });
const stateBytesMaximum = 1024 * 1024 * 1024;
const kept = 2;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Beside the chain, so that another backend needs no more than the tail after it. */
export const writeCheckpoint = async (
  { db, keys }: Pick<LedgerDependencies, 'db' | 'keys'>,
  { head, marks, recentIds }: Checkpoint,
): Promise<void> => {
  const state = await deflate(Buffer.from(JSON.stringify({ marks, recentIds }), 'utf8'), { level: 3 });
  const envelope = signAuditCheckpoint({ ...head, stateHash: sha256(state) }, keys.signer);
  await db.side.query(
    'INSERT INTO audit_checkpoint (sequence, envelope, state) VALUES ($1, $2, $3) ON CONFLICT (sequence) DO NOTHING',
    [head.sequence, JSON.stringify(envelope), state],
  );
  await db.side.query(
    `DELETE FROM audit_checkpoint WHERE sequence NOT IN (SELECT sequence FROM audit_checkpoint ORDER BY sequence DESC LIMIT ${kept})`,
  );
};

interface CheckpointRow {
  readonly envelope: unknown;
  readonly state: Uint8Array;
}

/** The newest one that a backend of this store signed for a place of the chain; null where there is none. */
export const readCheckpoint = async ({
  db,
  keys,
  log,
}: Pick<LedgerDependencies, 'db' | 'keys' | 'log'>): Promise<StoredCheckpoint | null> => {
  const { rows } = await db.side.query<CheckpointRow>(
    'SELECT envelope, state FROM audit_checkpoint ORDER BY sequence DESC LIMIT 10',
  );
  for (const row of rows) {
    const checkpoint = await genuineCheckpoint(keys, row);
    if (checkpoint === null) {
      log.error('a checkpoint of the audit is not genuine and is passed over');
      continue;
    }
    const [event] = await readEvents(db.side, checkpoint.head.sequence, 1);
    if (event !== undefined && isAt(checkpoint.head, event)) {
      return { ...checkpoint, signed: signedHeadOf(event, keys.verificationKey) };
    }
    log.warn({ sequence: checkpoint.head.sequence }, 'a checkpoint of another audit chain is passed over');
  }
  return null;
};

const genuineCheckpoint = async (
  { verificationKey }: LedgerDependencies['keys'],
  { envelope, state }: CheckpointRow,
): Promise<Checkpoint | null> => {
  try {
    const { stateHash, ...head } = verifyAuditCheckpoint(envelope, verificationKey);
    if (sha256(state) !== stateHash) return null;
    const bytes = await inflate(state, { maxOutputLength: stateBytesMaximum });
    return { head, ...State.parse(JSON.parse(bytes.toString('utf8'))) };
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};
