import { z } from 'zod';

/**
 * What a change did to one subject: a row that decides, the signed set of an algorithm, or the earlier values of a secret. The row memory is built of marks,
 * in the order of the audit chain.
 */
export const Mark = z.object({
  kind: z.string(),
  id: z.string(),
  /** grows with each change of the subject */
  version: z.int().min(1),
  /** how many versions it goes on by; 1 where it is not given */
  steps: z.int().min(1).optional(),
  /** null: the subject is gone */
  digest: z.string().nullable(),
  claims: z.array(z.string()).optional(),
  group: z.string().optional(),
});
export type Mark = z.infer<typeof Mark>;

/** Marks of these kinds tell that something happened. They say nothing of a row, a set or a log, so nothing is lost without them. */
export const noticeKinds = ['joinRequest', 'reseal'] as const;
export type NoticeKind = (typeof noticeKinds)[number];
