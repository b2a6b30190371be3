/** Project → the projects that it imports. */
export const arrows: Readonly<Record<string, readonly string[]>>;

/** Options of the rule @nx/enforce-module-boundaries. */
export const moduleBoundaries: object;
