import { type Actor, ModuleSummary, type ProviderDetails, type ProviderOffer } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { bindingOf } from '../configurations/open-configuration.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { runStored } from '../running/provider-access.ts';
import { sharesCredential } from '../configurations/shared-credential.ts';
import { readProvider } from '../configurations/stored-provider.ts';

/** What is active, what was before and what comes next. */
export const providerDetails = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
): Promise<ProviderDetails> => {
  requirePermission(actor, 'providers.read');
  const stored = await readProvider(deps, providerId);
  const { moduleSha256, moduleName } = stored;
  const previous = await deps.db.prisma.providerVersion.findUnique({
    where: { providerId_role: { providerId, role: 'previous' } },
    select: { moduleSha256: true, moduleName: true, configurationKeys: true },
  });
  return {
    providerId,
    active:
      moduleSha256 === null
        ? null
        : { ...(await moduleVersion(deps, moduleSha256, moduleName)), destinations: destinations(deps, stored) },
    previous: previous && {
      ...(await moduleVersion(deps, previous.moduleSha256, previous.moduleName)),
      configurationKeys: previous.configurationKeys,
    },
    preparation: await readPreparation(deps, providerId),
    workerConfigurationKeys: stored.workerConfigurationKeys ?? [],
    sharesCredential: sharesCredential(stored),
  };
};

const PackageVersion = ModuleSummary.pick({ packageVersion: true });

const moduleVersion = async ({ db }: Pick<Dependencies, 'db'>, sha256: string, moduleName: string | null) => {
  const { manifest } = await db.prisma.pluginModule.findUniqueOrThrow({
    where: { sha256 },
    select: { manifest: true },
  });
  return { sha256, moduleName, packageVersion: PackageVersion.parse(manifest).packageVersion };
};

const destinations = (deps: Dependencies, stored: Parameters<typeof bindingOf>[1]): string[] => {
  try {
    return [...(bindingOf(deps, stored)?.destinations ?? [])];
  } catch {
    // damaged: its health says so
    return [];
  }
};

/** What users may do with each enabled provider. One that does not start offers nothing. */
export const providerOffers = async (deps: Dependencies): Promise<ProviderOffer[]> => {
  const enabled = await deps.db.prisma.provider.findMany({
    where: { isEnabled: true },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  return Promise.all(
    enabled.map(async ({ id }) => {
      const provider = await readProvider(deps, id)
        .then((stored) => runStored(deps, stored))
        .catch(() => null);
      return { providerId: id, references: provider?.referTo !== undefined };
    }),
  );
};
