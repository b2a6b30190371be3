import type { Actor, ModuleUpload, ModuleUploadResult } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { requireAdministrator } from '../accounts/require-administrator.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import type { Dependencies } from '../dependencies.ts';
import { checkModule } from './check-module.ts';
import { markDefault, withDefaultLock } from './default-provider.ts';
import { moduleFileName } from './module-file-name.ts';
import { insertModule, removeUnusedModule } from './plugin-module-row.ts';
import { prepareModule, type Candidate } from './prepare-module.ts';
import { readModule } from './read-module.ts';
import { saveConfiguration } from './save-configuration.ts';
import { readProvider, refuseInternal, type StoredProvider } from './stored-provider.ts';

const commit = async (
  tx: Prisma.TransactionClient,
  { actor, upload, stored }: { actor: Actor; upload: ModuleUpload; stored: StoredProvider },
  { module, bound, obstacle }: Candidate,
): Promise<void> => {
  const { id: providerId, moduleSha256: before } = stored;
  const { sha256 } = module;
  await insertModule(tx, module, upload.bytes);
  const { wantsDefault } = await tx.provider.update({
    where: { id: providerId },
    data: { moduleSha256: sha256, moduleName: moduleFileName(upload.fileName) },
  });
  await saveConfiguration(tx, { providerId, revision: stored.revision + 1, bound });
  if (before !== sha256) await removeUnusedModule(tx, before);
  if (wantsDefault && !obstacle) await markDefault(tx, providerId);
  await appendAuditEvent(tx, {
    actor: { type: 'user', id: actor.userId },
    action: 'provider.upload-module',
    subject: { type: 'provider', id: providerId },
    details: { sha256, configurationKeys: bound.configurationKeys },
  });
};

const describeResult = ({ module: { sha256 }, obstacle }: Candidate, olderStays: boolean): ModuleUploadResult => {
  if (!obstacle) return { sha256, state: 'active', step: 'active', message: 'The module is active.' };
  const message = olderStays ? `${obstacle.message} The module that was active stays.` : obstacle.message;
  return { sha256, state: 'failed', step: obstacle.step, message };
};

/** Verify, start without configuration, start with it, and only then store: a module that works stays until another does. */
export const uploadModule = async (deps: Dependencies, actor: Actor, upload: ModuleUpload): Promise<ModuleUploadResult> => {
  requireAdministrator(actor);
  const { providerId, configuration } = upload;
  refuseInternal(await readProvider(deps, providerId));
  const module = await readModule(upload.bytes);
  return deps.db.withLock(`provider:${providerId}`, async () => {
    const stored = await readProvider(deps, providerId);
    await checkModule(deps, module, stored.factoryClassName);
    const candidate = await prepareModule(deps, stored, module, configuration);
    const olderStays = candidate.obstacle !== null && stored.moduleSha256 !== null;
    if (!olderStays) {
      await withDefaultLock(deps, () =>
        auditedTransaction(deps, (tx) => commit(tx, { actor, upload, stored }, candidate)),
      );
    }
    return describeResult(candidate, olderStays);
  });
};
