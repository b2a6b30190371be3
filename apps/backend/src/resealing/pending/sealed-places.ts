import type { SealedPlace } from '@secret-store/api';

export type ValuePlace = Extract<SealedPlace, { readonly kind: 'value' }>;
export type ConfigurationPlace = Extract<SealedPlace, { readonly kind: 'configuration' }>;

/** One text for one place. */
export const placeKey = (place: SealedPlace): string =>
  place.kind === 'value'
    ? `value/${place.secretId}/${place.version}`
    : `configuration/${place.providerId}/${place.number}/${place.part}`;

/** By what changes together with them: the set of an algorithm, or the activation of a provider. */
export const byOwner = <Of>(
  all: readonly Of[],
  placeOf: (one: Of) => SealedPlace,
): ReadonlyMap<string, readonly Of[]> => {
  const groups = new Map<string, Of[]>();
  for (const one of all) {
    const place = placeOf(one);
    const owner = place.kind === 'value' ? place.algorithmId : place.providerId;
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [one]);
    else group.push(one);
  }
  return groups;
};
