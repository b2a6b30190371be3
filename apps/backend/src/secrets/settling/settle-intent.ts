import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { RowRefused } from '../../rows/row-refused.ts';
import { settleCreate } from './settle-create.ts';
import { settleDelete } from './settle-delete.ts';
import { settleUpdate } from './settle-update.ts';
import { intentLeaseMilliseconds, secretLock, type Intent } from '../commits/write-intent.ts';

/** Brings one write to an end. Waits while the write is still going on; then there is nothing left to do. */
export const settleIntent = (deps: Dependencies, intent: Pick<Intent, 'id' | 'secretId'>): Promise<void> =>
  deps.db.withLock(secretLock(intent.secretId), () => settleLocked(deps, intent.id, true), { isPatient: true });

/** The same when the caller already holds the secret's lock. What does not succeed is tried again later. */
const settleLocked = async (deps: Dependencies, intentId: string, inDoubt: boolean): Promise<void> => {
  try {
    const intent = await deps.ledger.read('intent', intentId);
    if (intent?.state === 'pending') await settle(deps, intent, inDoubt);
  } catch (error) {
    if (isForeign(error, intentId)) {
      await deps.db.prisma.writeIntent.deleteMany({ where: { id: intentId } });
      return;
    }
    deps.log.warn({ intentId, ...failureOf(error) }, 'a write could not be settled and will be tried again');
    await postpone(deps, intentId).catch(() => {
      deps.log.warn({ intentId }, 'the database does not answer');
    });
  }
};

/** A row that nobody of this store wrote names no write: no vault is asked, and it goes. One of ours that was changed stays. */
const isForeign = (error: unknown, intentId: string): boolean =>
  error instanceof RowRefused && error.kind === 'intent' && error.id === intentId && error.problem === 'unknown';

/** Right after a write failed, under its lock: cleans up at once, so that nothing waits for the settler. */
export const settleAfterFailure = (
  deps: Dependencies,
  intentId: string,
  { inDoubt }: { readonly inDoubt: boolean },
): Promise<void> => settleLocked(deps, intentId, inDoubt);

const settle = (deps: Dependencies, intent: Intent, inDoubt: boolean): Promise<void> => {
  switch (intent.kind) {
    case 'create':
      return settleCreate(deps, intent, inDoubt);
    case 'update':
      return settleUpdate(deps, intent);
    case 'delete':
      return settleDelete(deps, intent);
    default:
      return Promise.reject(new Error(`there is no write of the kind ${intent.kind}`));
  }
};

const longestPauseMilliseconds = 3_600_000;

const postpone = async (deps: Dependencies, intentId: string): Promise<void> => {
  const intent = await deps.db.prisma.writeIntent.findUnique({ where: { id: intentId } });
  if (intent === null) return;
  const pauseMilliseconds = Math.min(intentLeaseMilliseconds * 2 ** intent.attempts, longestPauseMilliseconds);
  await deps.db.prisma.writeIntent.update({
    where: { id: intentId },
    data: { attempts: { increment: 1 }, settleAfter: new Date(Date.now() + pauseMilliseconds) },
  });
};

/** Class and code only: a text from a vault or a database may hold a value. */
const failureOf = (error: unknown) => ({
  error: error instanceof Error ? error.name : 'unknown',
  code: error instanceof ApiError ? error.code : undefined,
});
