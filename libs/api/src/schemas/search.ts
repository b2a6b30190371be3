import { z } from 'zod';
import { Algorithm } from './algorithm.ts';
import { AlgorithmSecret } from './secret.ts';
import { id, paging, text, timestamp } from './text.ts';

const searched = text(1, 256).optional();

export const AlgorithmSearchQuery = z.object({
  search: searched.describe('a part of owner/name, or of the variable of one of its secrets'),
  owner: text(1, 64).optional().describe('the whole name of a user or an organization'),
  sort: z.enum(['name', 'modified']).default('name'),
  page: z.int().min(1).max(100_000).default(1),
});
export type AlgorithmSearchQuery = z.infer<typeof AlgorithmSearchQuery>;

export const FoundAlgorithm = Algorithm.omit({}).extend({
  /** how many it has */
  secrets: z.int(),
  /** when one of its secrets was changed last, or else when it was created */
  modified: timestamp,
  /** the first ones of its variables that were searched for */
  variables: z.array(z.string()),
});
export type FoundAlgorithm = z.infer<typeof FoundAlgorithm>;

export const AlgorithmSearchPage = z.object({
  results: z.array(FoundAlgorithm),
  total: z.int(),
  /** how many a page has */
  size: z.int(),
});
export type AlgorithmSearchPage = z.infer<typeof AlgorithmSearchPage>;

export const SecretSearchQuery = z.strictObject({
  search: searched.describe('a part of the variable, of the display name, or of owner/name of the algorithm'),
  provider_id: id.optional(),
  ...paging,
});
export type SecretSearchQuery = z.infer<typeof SecretSearchQuery>;

export const FoundSecret = AlgorithmSecret.omit({}).extend({ algorithm: Algorithm }).meta({ id: 'FoundSecret' });
export type FoundSecret = z.infer<typeof FoundSecret>;

export const SecretSearchPage = z
  .object({
    results: z.array(FoundSecret),
    total: z.int().describe('how many there are on all pages'),
    marker: z.string().nullable(),
  })
  .meta({ id: 'SecretSearchPage' });
export type SecretSearchPage = z.infer<typeof SecretSearchPage>;
