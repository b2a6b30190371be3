import type { SecretProperties } from '@azure/keyvault-secrets';

/** The vault lists 25 versions a page, in an order that it does not promise. */
export const maxListedVersions = 100;

/**
 * The newest of the listed versions; null if the list is ambiguous: the vault counts in seconds, and either of two
 * versions from the same second could be the newest.
 */
export const newestOf = (versions: readonly SecretProperties[]): SecretProperties | null => {
  const created = versions.map(({ createdOn }) => createdOn?.getTime() ?? Number.NaN);
  const latest = Math.max(...created);
  const newest = versions.filter((_version, index) => created[index] === latest);
  return newest.length === 1 ? (newest[0] ?? null) : null;
};
