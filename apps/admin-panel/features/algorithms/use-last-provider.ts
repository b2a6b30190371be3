'use client';
import { useLocalStorage } from '@mantine/hooks';
import type { ProviderInfo, ProviderOffer } from '@secret-store/api/schemas';
import { useSession } from '@/features/session/session.tsx';

type Known = Pick<ProviderInfo, 'id' | 'isDefault'>;
type Offer = Pick<ProviderOffer, 'providerId' | 'unavailable'>;

/** The one that was used last where it still takes secrets, else the default. */
export const preselectedProvider = (providers: readonly Known[], offers: readonly Offer[], last: string): string => {
  const takesSecrets = offers.some(({ providerId, unavailable }) => providerId === last && unavailable === null);
  const remembered = takesSecrets ? providers.find(({ id }) => id === last) : undefined;
  return (remembered ?? providers.find(({ isDefault }) => isDefault) ?? providers[0])?.id ?? '';
};

/** The id of the provider that this person chose last in this browser; empty where there is none. */
export const useLastProvider = () => {
  const { username } = useSession();
  return useLocalStorage({
    key: `secret-store-last-provider:${username}`,
    defaultValue: '',
    getInitialValueInEffect: false,
    // as it is, since it is an id and nothing else
    serialize: (id) => id,
    deserialize: (id) => id ?? '',
  });
};
