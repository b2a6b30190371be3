import { ApiError } from '@secret-store/api';
import type { StoredProvider } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import { lookUpProvider, type ProviderWithManifest } from './look-up-provider.ts';
import { defaultClaim } from '../rows/provider-kinds.ts';

/** Every change of who is the default waits for the one before, and knows it. */
export const withDefaultLock = <T>(
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  work: () => Promise<T>,
): Promise<T> =>
  db.withLock('default-provider', async () => {
    await ledger.chain.read();
    return work();
  });

/** The caller holds the lock of the default: there is never a moment with two, or with none between. */
export const markDefault = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  providerId: string,
): Promise<void> => {
  const before = ledger.memory.claimant('provider', defaultClaim);
  if (before !== null && before !== providerId) await changes.update('provider', before, { isDefault: false });
  await changes.update('provider', providerId, { isDefault: true, wantsDefault: false });
};

/** Where a new secret goes that names no provider. @throws {ApiError} 8002 without one */
export const defaultProvider = async (deps: Pick<Dependencies, 'db' | 'ledger'>): Promise<ProviderWithManifest> => {
  const { ledger } = deps;
  const known = ledger.memory.claimant('provider', defaultClaim);
  const found = known === null ? null : await lookUpProvider(deps, known);
  if (found?.stored.isDefault === true) return found;
  // another backend may have changed it just now
  await ledger.chain.read();
  const now = ledger.memory.claimant('provider', defaultClaim);
  if (now !== null) return lookUpProvider(deps, now);
  throw new ApiError(
    'DefaultSecretProviderNotFound',
    'There is no default secret provider. Name one in provider_id, or ask an administrator to make one the default.',
  );
};

type Candidate = Pick<StoredProvider, 'active' | 'isEnabled'>;

/** Why it cannot be the default; null where it can. */
export const defaultRefusal = ({ active, isEnabled }: Candidate): string | null => {
  if (!isEnabled) return 'A disabled provider cannot be the default. Enable it first.';
  if (active?.moduleSha256 === null)
    return 'A provider without a module cannot be the default. Upload its module first.';
  return null;
};

export const requireEligible = (candidate: Candidate): void => {
  const refusal = defaultRefusal(candidate);
  if (refusal !== null) throw new ApiError('UnableToSetDefaultSecretProvider', refusal);
};
