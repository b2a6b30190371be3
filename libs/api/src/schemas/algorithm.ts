import { z } from 'zod';
import { slug } from './text.ts';

export const AlgorithmRequest = z.object({ owner: slug, name: slug }).meta({ id: 'AlgorithmRequest' });
export type AlgorithmRequest = z.infer<typeof AlgorithmRequest>;

export const Algorithm = z.object({ id: z.uuid(), owner: z.string(), name: z.string() }).meta({ id: 'Algorithm' });
export type Algorithm = z.infer<typeof Algorithm>;

/** `limit` and `marker` stay text here: the service answers 5002 and 5003 for bad ones. */
export const AlgorithmListQuery = z.object({
  owner: z.string().optional(),
  marker: z.string().optional(),
  limit: z.string().optional().describe('1 to 100; 50 where it is not given'),
});
export type AlgorithmListQuery = z.infer<typeof AlgorithmListQuery>;

export const AlgorithmPage = z
  .object({ results: z.array(Algorithm), marker: z.string().nullable() })
  .meta({ id: 'AlgorithmPage' });
export type AlgorithmPage = z.infer<typeof AlgorithmPage>;
