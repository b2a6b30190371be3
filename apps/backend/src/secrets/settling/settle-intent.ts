import { ApiError } from '@secret-store/api';
import { PluginFailure } from '@secret-store/plugin-host';
import { systemActor } from '../../audit/append-audit-event.ts';
import type { Dependencies } from '../../dependencies.ts';
import { settleCreate } from './settle-create.ts';
import { settleDelete } from './settle-delete.ts';
import { settleUpdate } from './settle-update.ts';
import { intentLeaseMilliseconds, secretLock, type Intent } from '../commits/write-intent.ts';

/** Brings one write to an end. Waits while the write is still going on; then there is nothing left to do. */
export const settleIntent = (deps: Dependencies, intent: Pick<Intent, 'id' | 'secretId'>): Promise<void> =>
  deps.db.withLock(secretLock(intent.secretId), () => settleLocked(deps, intent.id));

/** The same when the caller already holds the secret's lock. What does not succeed is tried again later. */
const settleLocked = async (deps: Dependencies, intentId: string): Promise<void> => {
  try {
    const intent = await deps.db.prisma.writeIntent.findUnique({ where: { id: intentId } });
    if (intent?.state === 'pending') await settle(deps, intent);
  } catch (error) {
    deps.log.warn({ intentId, ...failureOf(error) }, 'a write could not be settled and will be tried again');
    await postpone(deps, intentId).catch(() => {
      deps.log.warn({ intentId }, 'the database does not answer');
    });
  }
};

/**
 * Right after a write failed, under its lock: cleans up at once, so that nothing waits for the settler. A call that timed out
 * may still land in the vault; that one is left until it has.
 */
export const settleAfterFailure = async (deps: Dependencies, intentId: string, error: unknown): Promise<void> => {
  const timedOut = error instanceof ApiError && error.cause instanceof PluginFailure && error.cause.timedOut;
  if (!timedOut) await settleLocked(deps, intentId);
};

const settle = (deps: Dependencies, intent: Intent): Promise<void> => {
  switch (intent.kind) {
    case 'create':
      return settleCreate(deps, intent);
    case 'update':
      return settleUpdate(deps, intent);
    case 'delete':
      return settleDelete(deps, intent, systemActor);
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
