import { type Actor, ApiError } from '@secret-store/api';
import { z } from 'zod';
import { requirePermission } from '../../accounts/permissions.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';

const Id = z.uuid();

/** @throws {ApiError} 6001 with status 404 where there is none */
export const existingSink = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  sinkId: string,
): Promise<Rows['webhook']> => {
  const sink = Id.safeParse(sinkId).success ? await ledger.read('webhook', sinkId) : null;
  if (sink !== null && sink.format !== null) return sink;
  throw new ApiError('InputValidationError', 'There is no such sink. Check its id, or list the sinks.', {
    status: 404,
  });
};

/** Nothing is sent to it any more; what was on its way may still arrive. */
export const removeSink = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  sinkId: string,
): Promise<void> => {
  requirePermission(actor, 'webhooks.manage');
  const { id, url } = await existingSink(deps, sinkId);
  await change(deps, async (changes) => {
    await changes.remove('webhook', id);
    changes.audit({
      actor: userActor(actor),
      action: 'audit-sink.delete',
      subject: { type: 'audit-sink', id, name: new URL(url).host },
      details: {},
    });
  });
};
