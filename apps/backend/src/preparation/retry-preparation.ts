import { ApiError, type Actor, type ModuleUploadResult } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { AuditActor } from '../audit/audit-entry.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { answerInTime } from './answer-in-time.ts';
import { prepareCandidate } from './prepare-candidate.ts';
import { readCandidate } from './stored-candidate.ts';
import { providerLock, readPlugin } from '../configurations/stored-provider.ts';

/** Tries what waits or has failed once more. */
export const retryPreparation = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
): Promise<ModuleUploadResult> => {
  requirePermission(actor, 'providers.manage');
  const candidate = await readCandidate(deps, await readPlugin(deps, providerId));
  if (candidate === null) throw nothingToTry();
  const work = deps.db.withLock(providerLock(providerId), async () => {
    const result = await tryAgain(deps, providerId, userActor(actor));
    if (result === null) throw nothingToTry();
    return result;
  });
  return answerInTime(deps, { providerId, sha256: candidate.module.sha256 }, work);
};

/** The caller holds the provider's lock. Null when there is nothing to try any more. */
export const tryAgain = async (
  deps: Dependencies,
  providerId: string,
  actor: AuditActor,
): Promise<ModuleUploadResult | null> => {
  const stored = await readPlugin(deps, providerId);
  const candidate = await readCandidate(deps, stored);
  if (candidate === null) return null;
  return prepareCandidate(deps, { stored, candidate, actor, action: 'provider.retry-preparation' });
};

const nothingToTry = () => new ApiError('PluginModuleMissing', 'There is nothing to retry. Upload a module.');
