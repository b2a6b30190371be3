import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { isOld } from './value-age.ts';

export const orders = [
  { value: 'variable', label: 'Variable' },
  { value: 'name', label: 'Display name' },
  { value: 'provider', label: 'Provider' },
  { value: 'updated', label: 'Last updated' },
] as const;

type Order = (typeof orders)[number]['value'];

export interface Arrangement {
  /** finds parts of a variable, a display name and a description */
  readonly search: string;
  /** empty: any */
  readonly providerId: string;
  /** only values that have not changed for long */
  readonly isOldOnly: boolean;
  readonly order: Order;
}

export interface Surroundings {
  readonly providerName: (providerId: string) => string;
  readonly isReference: (secret: AlgorithmSecret) => boolean;
  readonly now: Date;
}

const collator = new Intl.Collator('en', { numeric: true });

const comparisons: Readonly<
  Record<Order, (names: Surroundings) => (one: AlgorithmSecret, other: AlgorithmSecret) => number>
> = {
  variable: () => (one, other) => collator.compare(one.secret_key, other.secret_key),
  name: () => (one, other) => collator.compare(one.short_name, other.short_name),
  provider:
    ({ providerName }) =>
    (one, other) =>
      collator.compare(providerName(one.provider_id), providerName(other.provider_id)) ||
      collator.compare(one.secret_key, other.secret_key),
  updated: () => (one, other) => other.modified.localeCompare(one.modified),
};

/** What the list shows, in its order. */
export const arrangeSecrets = (
  secrets: readonly AlgorithmSecret[],
  { search, providerId, isOldOnly, order }: Arrangement,
  surroundings: Surroundings,
): readonly AlgorithmSecret[] => {
  const wanted = search.toLowerCase();
  const isFound = ({ secret_key, short_name, description }: AlgorithmSecret) =>
    [secret_key, short_name, description].some((text) => text.toLowerCase().includes(wanted));
  return secrets
    .filter((secret) => providerId === '' || secret.provider_id === providerId)
    .filter((secret) => !isOldOnly || (!surroundings.isReference(secret) && isOld(secret, surroundings.now)))
    .filter((secret) => wanted === '' || isFound(secret))
    .toSorted(comparisons[order](surroundings));
};
