import type { ProviderInfo, ProviderStatus } from '@secret-store/api/schemas';

/** Why the store would refuse to remove it; null where it would not, as far as is known. */
export const removalRefusal = (
  { isDefault }: Pick<ProviderInfo, 'isDefault'>,
  status: Pick<ProviderStatus, 'secretCount'> | undefined,
): string | null => {
  if (isDefault) return 'The default provider can’t be removed. Make another one the default first.';
  const count = status?.secretCount ?? 0;
  if (count === 0) return null;
  return count === 1
    ? '1 secret still uses this provider. Remove it first.'
    : `${count} secrets still use this provider. Remove them first.`;
};
