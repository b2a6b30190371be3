import { z } from 'zod';

/** What a new store needs, in the order in which it is done. */
export const FirstStep = z.enum(['recoveryFile', 'provider', 'algorithm', 'secret', 'delivered', 'user']);
export type FirstStep = z.infer<typeof FirstStep>;

/** How far a new store is. */
export const FirstSteps = z.object({
  isClosed: z.boolean().describe('all are done, or an administrator closed the list'),
  done: z.array(FirstStep),
  algorithm: z
    .object({ owner: z.string(), name: z.string() })
    .nullable()
    .describe('the one whose secrets come next; null: there is none'),
});
export type FirstSteps = z.infer<typeof FirstSteps>;
