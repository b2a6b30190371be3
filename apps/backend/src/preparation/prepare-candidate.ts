import type { ModuleUploadResult } from '@secret-store/api';
import type { AuditActor } from '../audit/audit-entry.ts';
import type { AuditAction } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { withDefaultLock } from '../running/default-provider.ts';
import { finishPreparation } from './trial/preparation-log.ts';
import { activateVersion } from './activate-version.ts';
import { runPreparation } from './trial/run-preparation.ts';
import type { NumberedCandidate } from './stored-candidate.ts';
import type { PluginProvider } from '../configurations/stored-provider.ts';

interface Preparing {
  readonly stored: PluginProvider;
  readonly candidate: NumberedCandidate;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  /** what is committed together with the swap */
  readonly alongside?: (changes: Change) => Promise<void>;
}

/** Tries the candidate and, when it works, activates it. The caller holds the provider's lock. */
export const prepareCandidate = async (deps: Dependencies, preparing: Preparing): Promise<ModuleUploadResult> => {
  const { stored, candidate, actor, action, alongside } = preparing;
  const { sha256 } = candidate.module;
  const active = stored.active.moduleSha256 === null ? null : stored.active;
  const outcome = await runPreparation(deps, candidate, active, actor);
  if (outcome.state !== 'passed') {
    const { state, step, message, field } = outcome;
    const stays = state === 'failed' && stored.active.moduleSha256 !== null ? ' The current version stays active.' : '';
    return { sha256, state, step, message: `${message}${stays}`, ...(field !== undefined && { field }) };
  }
  const version = { number: candidate.number, moduleSha256: sha256, ...candidate.bound };
  await withDefaultLock(deps, () =>
    change(deps, async (changes) => {
      await finishPreparation(changes, stored.id);
      await alongside?.(changes);
      await activateVersion(deps, changes, { stored, version, actor, action });
    }),
  );
  return { sha256, state: 'active', step: 'active', message: 'The module is active.' };
};
