import { z } from 'zod';
import { paging, slug } from './text.ts';

export const AlgorithmRequest = z.strictObject({ owner: slug, name: slug }).meta({ id: 'AlgorithmRequest' });
export type AlgorithmRequest = z.infer<typeof AlgorithmRequest>;

export const Algorithm = z.object({ id: z.uuid(), owner: z.string(), name: z.string() }).meta({ id: 'Algorithm' });
export type Algorithm = z.infer<typeof Algorithm>;

/** What one can do with an algorithm. */
export const AlgorithmAccess = z.enum(['algorithms.read', 'algorithms.manage', 'secrets.manage']);
export type AlgorithmAccess = z.infer<typeof AlgorithmAccess>;

/** With what the person who asks may do with it. */
export const FoundByName = Algorithm.extend({ access: z.array(AlgorithmAccess) });
export type FoundByName = z.infer<typeof FoundByName>;

export const AlgorithmListQuery = z.object({ owner: z.string().optional(), ...paging });
export type AlgorithmListQuery = z.infer<typeof AlgorithmListQuery>;

export const AlgorithmPage = z
  .object({ results: z.array(Algorithm), marker: z.string().nullable() })
  .meta({ id: 'AlgorithmPage' });
export type AlgorithmPage = z.infer<typeof AlgorithmPage>;

/** How many secrets of an algorithm its vaults have answered for, of those that are removed at the moment. */
export const RemovalProgress = z.object({ done: z.number().int(), total: z.number().int() });
export type RemovalProgress = z.infer<typeof RemovalProgress>;
