import { type Actor, ApiError, type ProviderDetails, type ProviderOffer } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { listEnabledProviders } from './list-providers.ts';
import { bindingOf } from '../configurations/open-configuration.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { storedManifest } from '../modules/load-module.ts';
import { runStored } from '../running/provider-access.ts';
import { callProvider } from '../running/provider-call.ts';
import { sharesCredential } from '../configurations/shared-credential.ts';
import { readVersion, type StoredVersion } from '../configurations/provider-version.ts';
import { readProvider } from '../configurations/stored-provider.ts';

/** What is active, what was before and what comes next. */
export const providerDetails = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
): Promise<ProviderDetails> => {
  requirePermission(actor, 'providers.read');
  const stored = await readProvider(deps, providerId);
  const { active, previousNumber } = stored;
  const previous = previousNumber === null ? null : await readVersion(deps, providerId, previousNumber);
  const activeModule = active && (await moduleVersion(deps, active));
  const previousModule = previous && (await moduleVersion(deps, previous));
  return {
    providerId,
    kind: stored.kind,
    active: active && activeModule && { ...activeModule, destinations: await destinations(deps, active) },
    previous: previousModule,
    preparation: await readPreparation(deps, providerId),
    workerConfigurationKeys: active?.workerConfigurationKeys ?? [],
    sharesCredential: sharesCredential(active, await storedManifest(deps, active?.moduleSha256 ?? null)),
  };
};

/** Null for a draft. */
const moduleVersion = async (
  deps: Pick<Dependencies, 'ledger'>,
  { moduleSha256: sha256, moduleName, configurationKeys, createdAt }: StoredVersion,
) =>
  sha256 === null
    ? null
    : {
        ...{ sha256, moduleName, packageVersion: (await storedManifest(deps, sha256))?.packageVersion ?? '' },
        ...{ configurationKeys, created: createdAt.toISOString() },
      };

const destinations = async (deps: Dependencies, version: StoredVersion): Promise<string[]> => {
  try {
    return [...((await bindingOf(deps, version))?.destinations ?? [])];
  } catch {
    // damaged: its health says so
    return [];
  }
};

/** What users may do with each enabled provider. One that does not start offers nothing. */
export const providerOffers = async (deps: Dependencies): Promise<ProviderOffer[]> => {
  const enabled = await listEnabledProviders(deps);
  return Promise.all(enabled.map(({ id }) => offerOf(deps, id)));
};

const offerOf = async (deps: Dependencies, providerId: string): Promise<ProviderOffer> => {
  const none = { providerId, references: false };
  try {
    const stored = await readProvider(deps, providerId);
    if (stored.active?.moduleSha256 === null) return { ...none, unavailable: 'not-set-up' };
    const provider = await runStored(deps, stored);
    const references = provider.referTo !== undefined;
    const takesSecrets = references || (await callProvider(() => provider.allowsCreate()));
    return { providerId, references, unavailable: takesSecrets ? null : 'takes-no-secrets' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...none, unavailable: 'not-working' };
  }
};
