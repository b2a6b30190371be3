import { z } from 'zod';
import { firstPreviousHash } from '../../audit/audit-hash.ts';

/** A place of the audit chain. */
export const ChainHead = z.object({
  /** of the last restore; 0 before any */
  epoch: z.int().min(0),
  /** of the last event; 0 before any */
  sequence: z.int().min(0),
  /** hex */
  hash: z.string(),
});
export type ChainHead = z.infer<typeof ChainHead>;

export const emptyChain: ChainHead = { epoch: 0, sequence: 0, hash: firstPreviousHash };

/** Negative: `left` is older. Zero: the same place, whatever its hash. */
export const compareHeads = (left: ChainHead, right: ChainHead): number =>
  left.epoch - right.epoch || left.sequence - right.sequence;
