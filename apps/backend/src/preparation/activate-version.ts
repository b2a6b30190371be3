import { ApiError } from '@secret-store/api';
import type { AuditActor } from '../audit/audit-entry.ts';
import type { AuditAction } from '@secret-store/api';
import { sealedRecords, signedActivation } from '../configurations/activation.ts';
import { moveNumbers, versionId } from '../configurations/provider-version.ts';
import type { PluginProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { markDefault } from '../running/default-provider.ts';

export interface NextVersion {
  readonly number: number;
  readonly moduleSha256: string;
  readonly configurationKeys: readonly string[];
  readonly workerConfigurationKeys: readonly string[];
}

interface Activation {
  readonly stored: PluginProvider;
  readonly version: NextVersion;
  readonly actor: AuditActor;
  readonly action: AuditAction;
}

/**
 * Swaps: this version serves from the commit on, and what served until then is kept to come back to. Calls in flight end on
 * the process that they began on.
 */
export const activateVersion = async (
  deps: Pick<Dependencies, 'keys' | 'ledger' | 'pools'>,
  changes: Change,
  { stored, version, actor, action }: Activation,
): Promise<void> => {
  const { id: providerId, activeNumber, active } = stored;
  const { number, configurationKeys, workerConfigurationKeys } = version;
  const now = await changes.find('provider', providerId);
  // as it is by now: workers may have sealed it again since it was read
  const next = await changes.find('providerVersion', versionId(providerId, number));
  if (
    now?.activeNumber !== stored.activeNumber ||
    ![now.candidateNumber, now.previousNumber].includes(number) ||
    next === null
  ) {
    throw new ApiError('SecretProviderFailed', 'The provider was changed meanwhile. Try again.');
  }
  if (next.sealed === null) throw new Error('a version without destinations cannot be activated');
  const activationNumber = now.activationNumber + 1;
  const { provider, modules } = await moveNumbers(changes, providerId, {
    activeNumber: number,
    // a draft has never served
    previousNumber: active.moduleSha256 === null ? null : activeNumber,
    candidateNumber: null,
    activationNumber,
    activation: signedActivation(deps, {
      ...{ providerId, activationNumber, checkSeconds: now.checkSeconds, staleSeconds: now.staleSeconds },
      ...(await sealedRecords(deps, next)),
    }),
  });
  await removeUnusedModules(changes, modules);
  if (provider.wantsDefault) await markDefault(deps, changes, providerId);
  changes.audit({
    ...{ actor, action },
    subject: { type: 'provider', id: providerId, name: provider.name },
    details: {
      ...{ sha256: version.moduleSha256, revision: activationNumber, configurationKeys: [...configurationKeys] },
      workerConfigurationKeys: [...workerConfigurationKeys],
    },
  });
};
