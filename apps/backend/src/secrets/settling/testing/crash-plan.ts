import { z } from 'zod';

/** The steps of a write, in words; not each write has each. */
export const CrashStep = z.enum([
  'the set is signed',
  'the provider is about to act',
  'the provider has acted',
  'everything is written but the commit',
  'everything is committed',
  'never',
]);
export type CrashStep = z.infer<typeof CrashStep>;

/** What a process is to do, and where it is to be killed. */
export const CrashPlan = z.object({
  operation: z.enum(['create', 'update', 'delete', 'import']),
  step: CrashStep,
  algorithmId: z.string(),
  providerId: z.string(),
  /** of an update or a delete */
  secretId: z.string(),
  value: z.string(),
  databaseUrl: z.string(),
  vaultUrl: z.string(),
  /** the keys of the store as JSON, which the test itself made */
  keys: z.unknown(),
});
export type CrashPlan = z.infer<typeof CrashPlan>;
