import type { Prisma } from '@secret-store/db';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import type { AuditAction } from '../audit/audit-actions.ts';
import type { Dependencies } from '../dependencies.ts';
import { signedActivation } from '../configurations/activation.ts';
import type { BoundConfiguration } from '../configurations/bind-configuration.ts';
import { markDefault } from '../running/default-provider.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { saveConfiguration } from '../configurations/save-configuration.ts';
import type { StoredProvider } from '../configurations/stored-provider.ts';

export interface Version {
  readonly moduleSha256: string;
  readonly moduleName: string | null;
  readonly factoryClassName: string;
  readonly bound: BoundConfiguration;
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
  }: { stored: StoredProvider; version: Version; actor: AuditActor; action: AuditAction },
): Promise<void> => {
  const { id: providerId } = stored;
  const { moduleSha256, moduleName, factoryClassName, bound } = version;
  const { sealed, sealedForWorkers } = bound;
  if (sealed === null) throw new Error('a version without destinations cannot be activated');
  const activationNumber = stored.activationNumber + 1;
  await keepPrevious(tx, providerId);
  await saveConfiguration(tx, providerId, bound);
  const { name, wantsDefault } = await tx.provider.update({
    where: { id: providerId },
    data: {
      ...{ moduleSha256, moduleName, factoryClassName, activationNumber },
      activation: signedActivation(deps, { providerId, activationNumber, sealed, sealedForWorkers }),
    },
  });
  await tx.providerVersion.deleteMany({ where: { providerId, role: 'candidate' } });
  await removeUnusedModules(tx);
  if (wantsDefault) await markDefault(tx, providerId);
  await appendAuditEvent(tx, {
    ...{ actor, action },
    subject: { type: 'provider', id: providerId, name },
    details: {
      ...{ sha256: moduleSha256, revision: activationNumber, configurationKeys: bound.configurationKeys },
      workerConfigurationKeys: bound.workerConfigurationKeys,
    },
  });
};

/** What is active becomes the version before. Copied by the database: nothing of it passes through here. */
const keepPrevious = async (tx: Prisma.TransactionClient, providerId: string): Promise<void> => {
  await tx.providerVersion.deleteMany({ where: { providerId, role: 'previous' } });
  await tx.$executeRaw`
    INSERT INTO provider_version ("providerId", role, "moduleSha256", "moduleName", "factoryClassName", revision, "configurationKeys",
      encrypted, sealed, "workerConfigurationKeys", "sealedForWorkers", activation)
    SELECT p.id, 'previous', p."moduleSha256", p."moduleName", p."factoryClassName", c.revision, c."configurationKeys",
      c.encrypted, c.sealed, c."workerConfigurationKeys", c."sealedForWorkers", p.activation
    FROM provider p JOIN provider_configuration c ON c."providerId" = p.id
    WHERE p.id = ${providerId}::uuid AND p."moduleSha256" IS NOT NULL AND p.activation IS NOT NULL`;
};
