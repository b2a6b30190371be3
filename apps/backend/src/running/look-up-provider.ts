import { rowsOf } from '@secret-store/db';
import { ModuleDescription } from '@secret-store/plugin-host';
import { readProvider, type StoredProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { storedManifest } from '../modules/load-module.ts';
import { rowWithin, selection } from '../rows/row-statements.ts';

export interface ProviderWithManifest {
  readonly stored: StoredProvider;
  /** what its module declares; null without one */
  readonly manifest: ModuleDescription | null;
}

const statement = `
  SELECT ${selection('provider', 'provider', 'provider.')}, ${selection('providerVersion', 'active', 'active.')},
    ${selection('module', 'module', 'module.')}
  FROM provider
  LEFT JOIN provider_version AS active ON active."providerId" = provider.id AND active.number = provider."activeNumber"
  LEFT JOIN plugin_module AS module ON module.sha256 = active."moduleSha256"
  WHERE provider.id = $1::uuid`;

/**
 * The provider with what it runs, by one statement where the row memory says the same of all that it gives.
 * @throws {ApiError} 8006 when there is none
 * @throws {RowRefused} where one of its rows was changed or removed outside the store
 */
export const lookUpProvider = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  id: string,
): Promise<ProviderWithManifest> => (await genuineAtOnce(deps, id)) ?? oneByOne(deps, id);

/** Null where something is missing, or is not what the memory has: another backend may have changed it. */
const genuineAtOnce = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  id: string,
): Promise<ProviderWithManifest | null> => {
  const [row] = await rowsOf<Record<string, unknown>>(db.pool, { text: statement, values: [id] });
  const provider = row === undefined ? null : rowWithin('provider', row, 'provider.');
  if (row === undefined || provider === null || !ledger.isGenuine('provider', provider)) return null;
  if (provider.activeNumber === null)
    return { stored: { ...provider, kind: 'internal', active: null }, manifest: null };
  const active = rowWithin('providerVersion', row, 'active.');
  if (active === null || !ledger.isGenuine('providerVersion', active)) return null;
  const stored = { ...provider, kind: 'plugin' as const, active };
  if (active.moduleSha256 === null) return { stored, manifest: null };
  const module = rowWithin('module', row, 'module.');
  if (module === null || !ledger.isGenuine('module', module)) return null;
  return { stored, manifest: ModuleDescription.parse(module.manifest) };
};

/** Finds out what was changed, by whom, and says so. */
const oneByOne = async (deps: Pick<Dependencies, 'ledger'>, id: string): Promise<ProviderWithManifest> => {
  const stored = await readProvider(deps, id);
  return { stored, manifest: await storedManifest(deps, stored.active?.moduleSha256 ?? null) };
};
