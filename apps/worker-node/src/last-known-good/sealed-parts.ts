import { createHash } from 'node:crypto';
import {
  type LastKnownGoodBinding,
  open,
  seal,
  SealingError,
  type SealedRecord,
  sealedRecordSchema,
  verificationKey,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';

/** Below what one sealed record may hold. */
const partBytesMaximum = 768 * 1024;
const partsMaximum = 1_000;

export type OwnKeys = Pick<WorkerKeys, 'workerId' | 'signer' | 'recipient'>;

export interface Whole {
  readonly algorithmId: string;
  /** of the set in it */
  readonly setHash: string;
  readonly bytes: Uint8Array;
}

const Parts = z.array(sealedRecordSchema).min(1).max(partsMaximum);

/** Seals it for this worker alone, in parts: one record holds at most 1 MiB. */
export const sealParts = async (
  { workerId, signer, recipient }: OwnKeys,
  { algorithmId, setHash, bytes }: Whole,
): Promise<readonly SealedRecord[]> => {
  const parts = Math.max(1, Math.ceil(bytes.length / partBytesMaximum));
  const about = { type: 'last-known-good', workerId, algorithmId, setHash, wholeSha256: hashOf(bytes), parts } as const;
  const records: SealedRecord[] = [];
  for (let part = 0; part < parts; part += 1) {
    const value = bytes.subarray(part * partBytesMaximum, (part + 1) * partBytesMaximum);
    records.push(await seal({ value, binding: { ...about, part }, recipients: [recipient], signer }));
  }
  return records;
};

/**
 * Opens what this worker sealed of the algorithm. The caller overwrites the bytes.
 * @throws {SealingError} for anything else: of another worker or algorithm, changed, cut off, or put together from several
 */
export const openParts = async (
  { workerId, signer, recipient }: OwnKeys,
  algorithmId: string,
  records: unknown,
): Promise<Whole> => {
  const read = Parts.safeParse(records);
  if (!read.success) throw new SealingError('BAD_RECORD', 'it has an unknown form');
  const binding = bindingOf(read.data);
  const { setHash, wholeSha256, parts } = binding;
  const opened: Uint8Array[] = [];
  for (const [part, record] of read.data.entries()) {
    const expected = { type: 'last-known-good', workerId, algorithmId, setHash, wholeSha256, part, parts } as const;
    const signerKey = verificationKey(signer.publicKey);
    opened.push(await open({ record, binding: expected, openingKeys: [recipient], signerKey }));
  }
  const bytes = Buffer.concat(opened);
  for (const part of opened) part.fill(0);
  if (hashOf(bytes) === wholeSha256) return { algorithmId, setHash, bytes };
  throw new SealingError('BAD_HASH', 'parts of it are missing');
};

const bindingOf = ([first]: readonly SealedRecord[]): LastKnownGoodBinding => {
  if (first?.binding.type === 'last-known-good') return first.binding;
  throw new SealingError('BAD_BINDING', 'it is something else');
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
