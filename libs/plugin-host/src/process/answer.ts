import { configurationProblems, vaultProblems } from '@secret-store/provider-sdk';
import { z } from 'zod';
import { errorClasses } from '../protocol/messages.ts';
import { valueFaults } from '../protocol/value-fault.ts';

const id = z.int().min(0);
// what is wrong in these is a plugin's mistake, which is said as such later; more than these is none
const startFacts = z.strictObject({
  ttl: z.number(),
  allowsCreate: z.boolean(),
  allowsUpdate: z.boolean(),
  allowsDelete: z.boolean(),
  identifierFor: z.boolean(),
  referTo: z.boolean(),
  list: z.boolean(),
  rotate: z.boolean(),
});

const Answer = z.discriminatedUnion('ok', [
  z.strictObject({ id, ok: z.literal(true), value: z.union([z.string(), z.number(), z.boolean(), startFacts]) }),
  z.strictObject({
    id,
    ok: z.literal(false),
    error: z.enum(errorClasses),
    key: z.string().max(128).optional(),
    reason: z.enum(configurationProblems).optional(),
    problem: z.enum(vaultProblems).optional(),
    fault: z.enum(valueFaults).optional(),
    bytes: z.int().min(0).optional(),
  }),
]);
export type Answer = z.infer<typeof Answer>;

/** What came out of a sandbox, or null: nothing of it is trusted, and nothing unknown is let through. */
export const parseAnswer = (header: string): Answer | null => {
  try {
    return Answer.safeParse(JSON.parse(header)).data ?? null;
  } catch {
    return null;
  }
};
