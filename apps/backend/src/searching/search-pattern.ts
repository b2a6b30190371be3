/** For ILIKE: the text anywhere, with what would be wildcards as themselves. */
export const searchPattern = (search: string | undefined): string =>
  search === undefined ? '%' : `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
