import { ApiError, type Actor, type ProviderService } from '@secret-store/api';
import { requireAdministrator } from '../accounts/require-administrator.ts';
import type { Dependencies } from '../dependencies.ts';
import { createProvider } from './create-provider.ts';
import { goBack } from '../preparation/go-back.ts';
import { makeDefault } from './make-default.ts';
import { summariseModule } from '../modules/module-summary.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { storedManifest } from '../modules/plugin-module-row.ts';
import { providerDetails, providerOffers } from './provider-details.ts';
import { describedProvider, describeProvider } from './provider-info.ts';
import { providerStatus } from './provider-status.ts';
import { readModule } from '../modules/read-module.ts';
import { removeProvider } from './remove-provider.ts';
import { retryPreparation } from '../preparation/retry-preparation.ts';
import { candidateModule } from '../preparation/stored-candidate.ts';
import { readProvider } from '../configurations/stored-provider.ts';
import { updateProvider } from './update-provider.ts';
import { uploadModule } from './upload-module.ts';

const listProviders = async ({ db }: Pick<Dependencies, 'db'>, where: { isEnabled?: boolean }) => {
  const rows = await db.prisma.provider.findMany({ where, orderBy: { createdAt: 'asc' }, include: describedProvider });
  return rows.map(describeProvider);
};

/** The use cases of secret providers, as the routers call them. */
export const createProviderService = (deps: Dependencies): ProviderService => ({
  list: async (actor) => {
    requireAdministrator(actor);
    return listProviders(deps, {});
  },
  listEnabled: () => listProviders(deps, { isEnabled: true }),
  get: async (actor, id) => {
    requireAdministrator(actor);
    const row = await deps.db.prisma.provider.findUnique({ where: { id }, include: describedProvider });
    if (!row) throw new ApiError('SecretProviderNotFound', 'There is no secret provider of this id.');
    return describeProvider(row);
  },
  create: (actor, request) => createProvider(deps, actor, request),
  update: (actor, providerId, request) => updateProvider(deps, actor, providerId, request),
  remove: (actor, providerId) => removeProvider(deps, actor, providerId),
  makeDefault: (actor, providerId) => makeDefault(deps, actor, providerId),
  checkModule: async (actor, providerId) => {
    requireAdministrator(actor);
    if ((await candidateModule(deps, await readProvider(deps, providerId))) !== null) return;
    throw new ApiError('PluginModuleMissing', 'No module is uploaded for this provider. Upload one.', { status: 400 });
  },
  inspectModule: async (actor, bytes) => {
    requireAdministrator(actor);
    const module = await readModule(bytes);
    return summariseModule(module.sha256, storedManifest(module));
  },
  uploadModule: (actor, upload) => uploadModule(deps, actor, upload),
  preparation: async (actor, providerId) => {
    requireAdministrator(actor);
    return readPreparation(deps, providerId);
  },
  retryPreparation: (actor, providerId) => retryPreparation(deps, actor, providerId),
  goBack: async (actor, providerId) => goBack(deps, actor, providerId),
  details: (actor, providerId) => providerDetails(deps, actor, providerId),
  offers: () => providerOffers(deps),
  status: async (actor) => {
    requireAdministrator(actor);
    return providerStatus(deps);
  },
  moduleSummary: (actor, providerId) => moduleSummary(deps, actor, providerId),
  isolation: async (actor) => {
    requireAdministrator(actor);
    const { mode, warning } = deps.isolation;
    return { mode, warning, requiresSignature: deps.trustedKeys.length > 0 };
  },
});

const moduleSummary = async (deps: Pick<Dependencies, 'db'>, actor: Actor, providerId: string) => {
  requireAdministrator(actor);
  const { moduleSha256 } = await readProvider(deps, providerId);
  if (moduleSha256 === null) return null;
  const row = await deps.db.prisma.pluginModule.findUnique({ where: { sha256: moduleSha256 }, select: { manifest: true } });
  return row && summariseModule(moduleSha256, row.manifest);
};
