import type { ResealedRecords, ResealTask } from '@secret-store/api';
import {
  open,
  type RecipientKey,
  seal,
  sealedRecordHash,
  type SealedRecord,
  sealedRecordSchema,
} from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { TestMember } from './test-fleet.ts';

type GivenRecord = ResealedRecords['records'][number];

/** What a test's worker does otherwise than a good one. */
export interface Twist {
  readonly binding?: SealedRecord['binding'];
  readonly recipients?: (recipients: readonly RecipientKey[]) => readonly RecipientKey[];
  readonly signer?: TestMember['signer'];
  readonly value?: string;
}

/** Opens and seals as a worker does, without its checks: those are the subject of the worker's own tests. */
export const sealAgain = async (
  { keys, pools }: Pick<Dependencies, 'keys' | 'pools'>,
  { signer, openingKeys }: TestMember,
  { place, record: offered, recipients: wanted }: ResealTask,
  twist: Twist = {},
): Promise<GivenRecord> => {
  const before = sealedRecordSchema.parse(offered);
  const { binding } = before;
  const hash = sealedRecordHash(before);
  const opened = await open({ record: before, binding, openingKeys, hash });
  const recipients: RecipientKey[] = [];
  for (const { poolId, keyId } of wanted) {
    const key = (await pools.log(poolId))?.currentKey;
    if (key?.keyId !== keyId) throw new Error('not the current key');
    recipients.push(key);
  }
  recipients.push(keys.root.recipient);
  const record = await seal({
    value: twist.value === undefined ? opened : Buffer.from(twist.value),
    binding: twist.binding ?? binding,
    recipients: twist.recipients?.(recipients) ?? recipients,
    signer: twist.signer ?? signer,
  });
  return { place, replaces: hash, record };
};
