import { ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { appendAuditEvent, systemActor } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import type { Dependencies } from '../dependencies.ts';
import { SetIntegrityError } from './set-integrity-error.ts';

/** A transaction that reads or signs a set. One that is not genuine is told to the audit, and to the caller as 5001. */
export const setTransaction = async <T>(
  deps: Dependencies,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> => {
  try {
    return await auditedTransaction(deps, work);
  } catch (error) {
    if (!(error instanceof SetIntegrityError)) throw error;
    await reportRefusal(deps, error);
    throw new ApiError(
      'InternalServerError',
      `The signed set of algorithm ${error.algorithmId} does not verify, so nothing was changed. Restore the database from a backup, and check the audit events.`,
      { cause: error },
    );
  }
};

const reportRefusal = async (deps: Dependencies, error: SetIntegrityError): Promise<void> => {
  deps.log.error({ algorithmId: error.algorithmId, problem: error.problem }, 'a signed set is not genuine');
  await auditedTransaction(deps, (tx) =>
    appendAuditEvent(tx, {
      actor: systemActor,
      action: 'set.refuse',
      subject: { type: 'algorithm', id: error.algorithmId },
      details: { problem: error.problem },
    }),
  );
};
