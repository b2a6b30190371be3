import { ApiError, type Actor, type ModuleSummary, type Preparation } from '@secret-store/api';
import { describeModule } from '@secret-store/plugin-host';
import { requirePermission } from '../accounts/permissions.ts';
import { readPlugin, readProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { summariseModule } from '../modules/module-summary.ts';
import { readModule } from '../modules/read-module.ts';
import { readPreparation } from '../modules/read-preparation.ts';
import { storedManifest } from '../modules/load-module.ts';
import { candidateModule } from '../preparation/stored-candidate.ts';

/** @throws {ApiError} 8021 with status 400 when no module is uploaded */
export const requireUploadedModule = async (deps: Dependencies, actor: Actor, providerId: string): Promise<void> => {
  requirePermission(actor, 'providers.read');
  if ((await candidateModule(deps, await readProvider(deps, providerId))) !== null) return;
  throw new ApiError('PluginModuleMissing', 'No module is uploaded for this provider. Upload one.', { status: 400 });
};

/** What a module says of itself, for the form: verified, and nothing is stored. */
export const inspectModule = async (actor: Actor, bytes: Uint8Array): Promise<ModuleSummary> => {
  requirePermission(actor, 'providers.manage');
  const module = await readModule(bytes);
  return summariseModule(module.sha256, describeModule(module));
};

/** What the active module says of itself, or before there is one, what the uploaded one says; null without both. */
export const moduleSummary = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  providerId: string,
): Promise<ModuleSummary | null> => {
  requirePermission(actor, 'providers.read');
  const stored = await readProvider(deps, providerId);
  const sha256 = stored.active?.moduleSha256 ?? (await candidateModule(deps, stored))?.sha256 ?? null;
  const manifest = await storedManifest(deps, sha256);
  return sha256 === null || manifest === null ? null : summariseModule(sha256, manifest);
};

/** How far the last upload or change of configuration is; null when there was none. */
export const providerPreparation = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  providerId: string,
): Promise<Preparation | null> => {
  requirePermission(actor, 'providers.read');
  return readPreparation(deps, providerId);
};

/** @throws {ApiError} 2001, 8006 and 8005, before anybody looks at what to change */
export const requirePlugin = async (
  deps: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  providerId: string,
): Promise<void> => {
  requirePermission(actor, 'providers.manage');
  await readPlugin(deps, providerId);
};
