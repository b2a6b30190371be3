import { z } from 'zod';

const Person = z.object({
  username: z.string(),
  role: z.enum(['admin', 'user']),
  password: z.string(),
  key: z.string(),
});

/** What an old store's data directory holds, in the words that the old store had for it. */
export const OldStoreRecord = z.object({
  /** of the code that made it */
  commit: z.string(),
  people: z.object({ administrator: Person, second: Person, user: Person }),
  /** of a session that was not ended */
  cookie: z.string(),
  /** of providers and algorithms, by name */
  ids: z.record(z.string(), z.string()),
  /** everything that it answered to these calls */
  answers: z.array(
    z.object({ as: z.enum(['administrator', 'user']), path: z.string(), status: z.number(), body: z.unknown() }),
  ),
  /** the environment that `exec` gave, by algorithm */
  environments: z.record(z.string(), z.record(z.string(), z.string())),
  vault: z.array(z.object({ target: z.string(), body: z.string() })),
  /** an entry of the vault whose creation was cut off, so that no secret has it */
  unfinished: z.string(),
});

export type OldStoreRecord = z.infer<typeof OldStoreRecord>;
export type Person = z.infer<typeof Person>;
