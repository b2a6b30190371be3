import { z } from 'zod';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';

/** A test secret that is in the vault while it is tried, so that it can be removed after a crash. */
export const ThrowAway = z.object({
  providerKey: z.string(),
  context: z.object({
    secretId: z.string(),
    algorithmId: z.string(),
    environmentVariable: z.string(),
    version: z.number(),
  }),
});
export type ThrowAway = z.infer<typeof ThrowAway>;

interface Noted {
  readonly providerId: string;
  readonly actor: AuditActor;
  readonly before: ThrowAway | null;
  readonly after: ThrowAway | null;
}

/** Keeps it with the provider's preparation, where every later trial finds it. */
export const noteThrowAway = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  { providerId, actor, before, after }: Noted,
): Promise<void> => {
  if (before?.providerKey === after?.providerKey) return;
  await change(deps, async (changes) => {
    await changes.update('preparation', providerId, { throwAway: after });
    changes.audit({
      actor,
      subject: { type: 'provider', id: providerId },
      action: after === null ? 'provider.forget-test-secret' : 'provider.note-test-secret',
      details: { providerKey: (after ?? before)?.providerKey ?? '' },
    });
  });
};
