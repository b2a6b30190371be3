import type { Prisma } from '@secret-store/db';
import type { SealedRecord } from '@secret-store/sealing';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import type { AuditAction } from '../audit/audit-actions.ts';
import type { Dependencies } from '../dependencies.ts';
import { signedActivation } from '../configurations/activation.ts';
import { markDefault } from '../running/default-provider.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { removeUnnamedVersions } from '../configurations/provider-version.ts';
import type { PluginProvider } from '../configurations/stored-provider.ts';

export interface NextVersion {
  readonly number: number;
  readonly moduleSha256: string;
  readonly configurationKeys: readonly string[];
  readonly workerConfigurationKeys: readonly string[];
  /** null where the destinations are not known */
  readonly sealed: SealedRecord | null;
  readonly sealedForWorkers: SealedRecord | null;
}

/**
 * Swaps: this version serves from the commit on, and what served until then is kept to come back to. Calls in flight end on
 * the process that they began on.
 */
export const activateVersion = async (
  deps: Pick<Dependencies, 'keys'>,
  tx: Prisma.TransactionClient,
  {
    stored,
    version,
    actor,
    action,
  }: { stored: PluginProvider; version: NextVersion; actor: AuditActor; action: AuditAction },
): Promise<void> => {
  const { id: providerId, activeNumber, active } = stored;
  const {
    number,
    moduleSha256: sha256,
    sealed,
    sealedForWorkers,
    configurationKeys,
    workerConfigurationKeys,
  } = version;
  if (sealed === null) throw new Error('a version without destinations cannot be activated');
  const activationNumber = stored.activationNumber + 1;
  const { name, wantsDefault } = await tx.provider.update({
    where: { id: providerId },
    data: {
      activeNumber: number,
      // a draft has never served
      previousNumber: active.moduleSha256 === null ? null : activeNumber,
      candidateNumber: null,
      activationNumber,
      activation: signedActivation(deps, { providerId, activationNumber, sealed, sealedForWorkers }),
    },
  });
  await removeUnnamedVersions(tx, providerId);
  await removeUnusedModules(tx);
  if (wantsDefault) await markDefault(tx, providerId);
  await appendAuditEvent(tx, {
    ...{ actor, action },
    subject: { type: 'provider', id: providerId, name },
    details: {
      ...{ sha256, revision: activationNumber, configurationKeys: [...configurationKeys] },
      workerConfigurationKeys: [...workerConfigurationKeys],
    },
  });
};
