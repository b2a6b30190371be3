import type { ProviderDelivery } from '@secret-store/api';
import { envelopeSchema, type SetBody } from '@secret-store/sealing';
import type { PoolClient } from 'pg';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { RowRefused } from '../rows/row-refused.ts';
import { selection } from '../rows/row-statements.ts';

export interface DeliveredConfigurations {
  /** by provider id */
  readonly providers: Record<string, ProviderDelivery>;
  /** ids of providers whose rows the memory does not say the same of: they may be older, or somebody else's */
  readonly doubtful: readonly string[];
}

/** What the plugins that the set names have active, as of the snapshot. */
export const deliveredConfigurations = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  client: PoolClient,
  set: SetBody,
): Promise<DeliveredConfigurations> => {
  const plugins = [
    ...new Set(set.secrets.filter((entry) => entry.sealedHash === null).map((entry) => entry.providerId)),
  ];
  if (plugins.length === 0) return { providers: {}, doubtful: [] };
  const { rows: found } = await client.query<Rows['provider']>({
    name: 'delivery-providers',
    text: `SELECT ${selection('provider')} FROM provider WHERE id = ANY($1::uuid[])`,
    values: [plugins],
  });
  const { rows: active } = await client.query<Rows['providerVersion']>({
    name: 'delivery-versions',
    text: `SELECT ${selection('providerVersion', 'active')} FROM provider
           JOIN provider_version AS active ON active."providerId" = provider.id AND active.number = provider."activeNumber"
           WHERE provider.id = ANY($1::uuid[])`,
    values: [plugins],
  });
  const providers: Record<string, ProviderDelivery> = {};
  const doubtful: string[] = [];
  for (const id of plugins) {
    const provider = found.find((row) => row.id === id);
    const version = active.find((row) => row.providerId === id);
    if (provider === undefined && ledger.memory.find('provider', id) === null) continue;
    if (provider === undefined || version === undefined) doubtful.push(id);
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
