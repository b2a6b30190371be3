import type { ProviderInfo, ProviderOffer } from '@secret-store/api/schemas';

const reasons: Readonly<Record<NonNullable<ProviderOffer['unavailable']>, string>> = {
  'not-set-up': 'not set up yet',
  'not-working': 'not working',
  'takes-no-secrets': 'takes no new secrets',
};

type Named = Pick<ProviderInfo, 'id' | 'name'>;
/** undefined while they are loading: all can be chosen then */
type Offers = readonly Pick<ProviderOffer, 'providerId' | 'unavailable'>[] | undefined;

const reasonOf = (offers: Offers, id: string): string | null => {
  const unavailable = offers?.find(({ providerId }) => providerId === id)?.unavailable ?? null;
  return unavailable === null ? null : reasons[unavailable];
};

/** Providers to choose from: one that cannot take a secret is disabled, with the reason. */
export const providerOptions = (providers: readonly Named[], offers: Offers) =>
  providers.map(({ id, name }) => {
    const reason = reasonOf(offers, id);
    return { value: id, label: reason === null ? name : `${name} (${reason})`, disabled: reason !== null };
  });

/** What is wrong with the one that is chosen, such as a default that stopped working; null where nothing is. */
export const chosenProviderProblem = (providers: readonly Named[], offers: Offers, chosen: string): string | null => {
  const name = providers.find(({ id }) => id === chosen)?.name;
  const reason = reasonOf(offers, chosen);
  if (name === undefined || reason === null) return null;
  return `${name}: ${reason}. Choose another provider, or ask an administrator to fix this one.`;
};
