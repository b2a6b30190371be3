import { z } from 'zod';
import { AlgorithmSecret } from '../secret.ts';
import { id, text } from '../text.ts';

export const secretOrders = ['variable', 'name', 'provider', 'updated'] as const;

/** Which secrets of an algorithm a list shows. */
export const SecretsPageQuery = z.object({
  search: text(1, 256).optional().describe('a part of the variable, of the display name, or of the description'),
  providerId: id.optional(),
  unchangedSince: z.iso.datetime().optional().describe('only values that are at least as old'),
  order: z.enum(secretOrders).default('variable'),
  page: z.int().min(1).max(100_000).default(1),
});
export type SecretsPageQuery = z.infer<typeof SecretsPageQuery>;

/** With what a list shows beside it. */
export const ListedSecret = AlgorithmSecret.omit({}).extend({
  /** its path in the vault; null where the value is ours */
  reference: z.string().nullable(),
  /** who changed it last; null where the store alone did */
  changedBy: z.string().nullable(),
});
export type ListedSecret = z.infer<typeof ListedSecret>;

export const SecretsPage = z.object({
  results: z.array(ListedSecret),
  /** that of the results: the last one where there are fewer than were asked for */
  page: z.int(),
  /** how many secrets a page has */
  size: z.int(),
  /** how many match */
  total: z.int(),
  /** how many the algorithm has */
  ofAlgorithm: z.int(),
  /** those that keep at least one of the algorithm's */
  providerIds: z.array(z.uuid()),
});
export type SecretsPage = z.infer<typeof SecretsPage>;
