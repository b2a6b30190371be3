import { z } from 'zod';

/** What a person may be allowed to do. Who may is one table in the backend; the session answers a person's own. */
export const permissions = [
  /** to see the enabled providers and choose one */
  'providers.use',
  /** to see how providers are set up and how they do */
  'providers.read',
  'providers.manage',
  /** to see workers and pools, and which pools run an algorithm */
  'workers.read',
  /** to revoke workers, to create pools, and to choose the pools of an algorithm */
  'workers.manage',
  /** to see the users, and to take their access back */
  'users.manage',
  /** one's own password, API keys and sessions */
  'own-account.manage',
  /** to see who did what in the whole store */
  'audit.read',
  /** algorithms under one's own name, and their secrets */
  'own-algorithms.manage',
  /** algorithms of every owner, and their secrets */
  'algorithms.read',
  'algorithms.manage',
] as const;
export const Permission = z.enum(permissions);
export type Permission = z.infer<typeof Permission>;
