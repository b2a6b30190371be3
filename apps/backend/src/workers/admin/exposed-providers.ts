import type { ExposedSecretPage } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';

/** Those of the providers with a vault whose active configuration is from before a moment: workers of then know its credential. */
export const exposedProviders = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  providerIds: readonly string[],
  moment: Date,
): Promise<ExposedSecretPage['providers']> => {
  const exposed: ExposedSecretPage['providers'] = [];
  for (const id of providerIds) {
    const provider = await ledger.read('provider', id).catch(passRefused);
    if (provider === null || provider.kind !== 'plugin' || provider.activeNumber === null) continue;
    const version = await ledger.read('providerVersion', `${id}/${provider.activeNumber}`).catch(passRefused);
    if (version !== null && version.createdAt <= moment) exposed.push({ id, name: provider.name });
  }
  return exposed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
};
