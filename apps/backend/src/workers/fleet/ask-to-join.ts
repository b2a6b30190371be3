import { isDeepStrictEqual } from 'node:util';
import { ApiError, type JoinAskRequest } from '@secret-store/api';
import type { PoolLog } from '@secret-store/sealing';
import { anonymous } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { requestByToken } from './check-token.ts';
import { joinRefused, unknownPool } from './join-refused.ts';
import {
  countJoins,
  findJoin,
  forgetOldJoins,
  keepJoin,
  type NewJoin,
  spareRequests,
  waitingMaximum,
} from './join-requests.ts';

type JoinDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

const retryAfterSeconds = 30;
const sealedCharactersMaximum = 32 * 1024;

/**
 * Keeps a request to join for the members of the pool, and tells them. The same request again changes nothing.
 * @throws {ApiError} 2005 where no member would let the worker in, 6003 while too many wait
 */
export const askToJoin = async (
  deps: JoinDependencies,
  { poolId, workerId, request, sealed }: JoinAskRequest,
  now = Date.now(),
): Promise<void> => {
  const log = await poolToJoin(deps, poolId);
  const uses = request === null ? null : usesOf(log, { request, workerId, now });
  if (uses === 'joined') return;
  const asked: NewJoin = { workerId, poolId, request, sealed: request === null ? readSealed(sealed) : null };
  const before = await findJoin(deps, workerId);
  if (before !== null && isSame(before, asked)) return;
  await change(
    deps,
    async (changes) => {
      await changes.write('join_request', forgetOldJoins);
      await requireRoom(changes, asked, uses);
      if (!(await keepJoin(changes, asked))) throw taken();
      const version = deps.ledger.memory.nextVersion('joinRequest', poolId);
      changes.mark({ kind: 'joinRequest', id: poolId, version, digest: workerId });
      const subject = { type: 'worker', id: workerId };
      changes.audit({ actor: anonymous, action: 'worker.ask-to-join', subject, details: { poolId } });
    },
    { turn: `join:${poolId}` },
  );
};

/** @throws {ApiError} 2005 where there is none, or it has no log yet */
export const poolToJoin = async ({ ledger, pools }: JoinDependencies, poolId: string): Promise<PoolLog> => {
  if (ledger.memory.find('pool', poolId) === null) throw unknownPool();
  const log = await pools.log(poolId);
  if (log === null) throw unknownPool();
  return log;
};

const usesOf = (log: PoolLog, asked: Parameters<typeof requestByToken>[1]): number | 'joined' => {
  const member = log.state.members.get(asked.workerId);
  if (member?.revokedAt === null) return 'joined';
  if (member !== undefined) throw joinRefused('This worker was revoked. Remove its folder and join again.');
  const { open } = requestByToken(log, asked);
  return open.invitation.uses;
};

/** Only members can open it. What PostgreSQL does not store as JSON is none that they sealed. */
const readSealed = (sealed: unknown): unknown => {
  const text = JSON.stringify(sealed ?? null);
  if (text !== 'null' && text.length <= sealedCharactersMaximum && !text.includes('\\u0000')) return sealed;
  throw new ApiError('InputValidationError', 'The request to join is not well formed.');
};

const isSame = (
  before: Pick<NewJoin, 'poolId' | 'request' | 'sealed'>,
  { poolId, request, sealed }: NewJoin,
): boolean => before.poolId === poolId && isDeepStrictEqual([before.request, before.sealed], [request, sealed]);

const requireRoom = async (changes: Change, asked: NewJoin, uses: number | null): Promise<void> => {
  const { waiting, ofToken } = await countJoins(changes, asked);
  const maximum = asked.request === null ? waitingMaximum.sealed : waitingMaximum.request;
  if (waiting < maximum && (uses === null || ofToken < uses + spareRequests)) return;
  throw new ApiError('Overloaded', 'Too many workers wait to be let into this pool. Try again in half a minute.', {
    retryAfterSeconds,
  });
};

const taken = (): ApiError => joinRefused('The id of this worker is in use. Remove its folder and join again.');
