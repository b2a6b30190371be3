const longest = 64;

/**
 * A name of an identity source as a username: `Maria.García@example.com` is `maria-garcia`. What is after the first `@` goes,
 * accents go, and all else that a username cannot have becomes `-`.
 * @returns an empty text where nothing is left
 */
export const mappedName = (name: string): string =>
  (name.split('@')[0] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longest)
    .replace(/-+$/, '');
