import type { ProviderDelivery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { internalProviderId } from '@secret-store/provider-internal';
import { envelopeSchema, type SetBody } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { RowRefused } from '../../rows/row-refused.ts';
import { rowWithin, selection } from '../../rows/row-statements.ts';
import { internalActivation } from './internal-activation.ts';

export interface DeliveredConfigurations {
  /** by provider id */
  readonly providers: Record<string, ProviderDelivery>;
  /** ids of providers whose rows the memory does not say the same of: they may be older, or not the store's own */
  readonly doubtful: readonly string[];
}

const selectActive = `
  SELECT ${selection('provider', 'provider', 'provider.')}, ${selection('providerVersion', 'active', 'active.')}
  FROM provider LEFT JOIN provider_version AS active
    ON active."providerId" = provider.id AND active.number = provider."activeNumber"
  WHERE provider.id = ANY($1::uuid[])`;

type Selected = Readonly<Record<string, unknown>>;

/** What the providers that the set names have active: of the plugins in one statement, so as of one moment. */
export const deliveredConfigurations = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  { secrets }: SetBody,
): Promise<DeliveredConfigurations> => {
  const plugins = [...new Set(secrets.flatMap((entry) => (entry.sealedHash === null ? [entry.providerId] : [])))];
  const ofPlugins = plugins.length === 0 ? nothing : await configurationsOf(deps, plugins);
  if (secrets.every(({ sealedHash }) => sealedHash === null)) return ofPlugins;
  const internal = await configurationOfInternal(deps);
  return {
    providers: { ...ofPlugins.providers, ...internal.providers },
    doubtful: [...ofPlugins.doubtful, ...internal.doubtful],
  };
};

const nothing: DeliveredConfigurations = { providers: {}, doubtful: [] };

const configurationOfInternal = async ({ ledger }: Pick<Dependencies, 'ledger'>): Promise<DeliveredConfigurations> => {
  try {
    const activation = await internalActivation(ledger);
    if (activation === null) return nothing;
    const delivered = { activation, sealedConfiguration: null, sealedWorkerConfiguration: null };
    return { providers: { [internalProviderId]: delivered }, doubtful: [] };
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    return { providers: {}, doubtful: [internalProviderId] };
  }
};

const configurationsOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  plugins: readonly string[],
): Promise<DeliveredConfigurations> => {
  const rows = await rowsOf<Selected>(db.pool, {
    text: selectActive,
    values: [plugins],
  });
  const selected = new Map(rows.map((row) => [row['provider.id'], row]));
  const providers: Record<string, ProviderDelivery> = {};
  const doubtful: string[] = [];
  for (const id of plugins) {
    const row = selected.get(id);
    const provider = row === undefined ? null : rowWithin('provider', row, 'provider.');
    const version = row === undefined ? null : rowWithin('providerVersion', row, 'active.');
    if (provider === null || version === null) doubtful.push(id);
    else if (!ledger.isGenuine('provider', provider) || !ledger.isGenuine('providerVersion', version))
      doubtful.push(id);
    else if (provider.activation !== null && version.sealed !== null) {
      providers[id] = {
        activation: envelopeSchema.parse(provider.activation),
        sealedConfiguration: version.sealed,
        sealedWorkerConfiguration: version.sealedForWorkers,
      };
    }
  }
  return { providers, doubtful };
};

/** Says in the log and the audit which row is not the store's own. */
export const tellDoubtful = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  doubtful: readonly string[],
): Promise<void> => {
  for (const id of doubtful) {
    try {
      const activeNumber = (await ledger.read('provider', id))?.activeNumber ?? null;
      if (activeNumber !== null) await ledger.read('providerVersion', `${id}/${activeNumber}`);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
    }
  }
};
