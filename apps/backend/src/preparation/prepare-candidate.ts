import type { ModuleUploadResult } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import type { AuditActor } from '../audit/append-audit-event.ts';
import type { AuditAction } from '../audit/audit-actions.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Candidate } from './candidate.ts';
import { withDefaultLock } from '../running/default-provider.ts';
import { finishPreparation } from './preparation-log.ts';
import { activateVersion } from './activate-version.ts';
import { runPreparation } from './run-preparation.ts';
import type { StoredProvider } from '../configurations/stored-provider.ts';

interface Preparing {
  readonly stored: StoredProvider;
  readonly candidate: Candidate;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  /** what is committed together with the swap */
  readonly alongside?: (tx: Prisma.TransactionClient) => Promise<void>;
}

/** Tries the candidate and, when it works, activates it. The caller holds the provider's lock. */
export const prepareCandidate = async (deps: Dependencies, preparing: Preparing): Promise<ModuleUploadResult> => {
  const { stored, candidate, actor, action, alongside } = preparing;
  const { sha256 } = candidate.module;
  const outcome = await runPreparation(deps, candidate);
  if (outcome.state !== 'passed') {
    const { state, step, message, field } = outcome;
    const stays = state === 'failed' && stored.moduleSha256 !== null ? ' The current version stays active.' : '';
    return { sha256, state, step, message: `${message}${stays}`, ...(field !== undefined && { field }) };
  }
  const version = { ...candidate, moduleSha256: sha256 };
  await withDefaultLock(deps, () =>
    auditedTransaction(deps, async (tx) => {
      await finishPreparation(tx, stored.id);
      await alongside?.(tx);
      await activateVersion(deps, tx, { stored, version, actor, action });
    }),
  );
  return { sha256, state: 'active', step: 'active', message: 'The module is active.' };
};
