import { ApiError } from '@secret-store/api';
import type { RecipientKey } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { poolsOf } from './pools-of.ts';

type RecipientDependencies = Pick<Dependencies, 'keys' | 'pools'>;

/**
 * The keys that a value of the algorithm is sealed to: the current one of each of its pools, by that pool's signed log, and the
 * root's, for recovery. What rows say of keys counts for nothing.
 * @throws {ApiError} 6001 when one of the pools has no worker yet: nobody could open what is sealed for it
 */
export const algorithmRecipients = (
  deps: RecipientDependencies,
  algorithm: Pick<Rows['algorithm'], 'poolId' | 'otherPools'>,
): Promise<RecipientKey[]> => poolRecipients(deps, poolsOf(algorithm));

/** The same for these pools. */
export const poolRecipients = async (
  { keys, pools }: RecipientDependencies,
  poolIds: readonly string[],
): Promise<RecipientKey[]> => {
  const recipients: RecipientKey[] = [];
  for (const poolId of poolIds) {
    const log = await pools.log(poolId);
    if (log === null || log.currentKey === null || !log.isAdmitted) throw withoutKey(log?.name);
    recipients.push(log.currentKey);
  }
  return [...recipients, keys.root.recipient];
};

const withoutKey = (name = 'of this algorithm'): ApiError =>
  new ApiError(
    'InputValidationError',
    `The pool ${name} has no worker yet. Invite a worker to it with tools/secret-store invite.`,
    { status: 409 },
  );
