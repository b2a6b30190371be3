import { sealedRecords, signedActivation } from './activation.ts';
import { versionId } from './provider-version.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';

type ActivationDependencies = Pick<Dependencies, 'keys' | 'ledger' | 'pools'>;

/**
 * Workers believe only what is signed, so a provider that is active gets a new activation of the same version: with its records and
 * settings as they are now.
 */
export const activateAgain = async (
  deps: ActivationDependencies,
  changes: Change,
  providerId: string,
): Promise<void> => {
  const provider = await changes.find('provider', providerId);
  const records = provider && (await activeRecords(deps, changes, provider));
  if (provider === null || records === null) return;
  const activationNumber = provider.activationNumber + 1;
  const { checkSeconds, staleSeconds, updatedAt } = provider;
  const activation = signedActivation(deps, { providerId, activationNumber, checkSeconds, staleSeconds, ...records });
  await changes.update('provider', providerId, { activationNumber, activation, updatedAt });
};

/** @returns null where nothing is active yet. The internal provider always is, and has no configuration */
const activeRecords = async (
  deps: ActivationDependencies,
  changes: Change,
  { id, activeNumber, activation }: Rows['provider'],
) => {
  if (activeNumber === null) return { sealed: null, sealedForWorkers: null };
  const active = activation === null ? null : await changes.find('providerVersion', versionId(id, activeNumber));
  return active && sealedRecords(deps, active);
};
