import { sealedRecords, signedActivation } from './activation.ts';
import { versionId } from './provider-version.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';

/**
 * Workers believe only what is signed, so a provider that is active gets a new activation of the same version: with its records and
 * settings as they are now.
 */
export const activateAgain = async (
  deps: Pick<Dependencies, 'keys' | 'ledger' | 'pools'>,
  changes: Change,
  providerId: string,
): Promise<void> => {
  const provider = await changes.find('provider', providerId);
  if (provider === null || provider.activation === null || provider.activeNumber === null) return;
  const active = await changes.find('providerVersion', versionId(providerId, provider.activeNumber));
  if (active === null) return;
  const activationNumber = provider.activationNumber + 1;
  const { checkSeconds, staleSeconds, updatedAt } = provider;
  const activation = signedActivation(deps, {
    providerId,
    activationNumber,
    checkSeconds,
    staleSeconds,
    ...(await sealedRecords(deps, active)),
  });
  await changes.update('provider', providerId, { activationNumber, activation, updatedAt });
};
