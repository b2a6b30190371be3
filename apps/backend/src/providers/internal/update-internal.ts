import type { Actor, ProviderInfo, SecretProviderRequest } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import { activateAgain } from '../../configurations/activate-again.ts';
import { internalStays } from '../../configurations/stored-provider.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';

interface InternalUpdate {
  readonly actor: Actor;
  /** the internal provider, as it is */
  readonly now: ProviderInfo;
  readonly request: SecretProviderRequest;
}

/**
 * Changes how long values of the internal provider serve in an outage, and signs it for the workers. Its other fields may be sent as
 * they are. The caller holds the provider's lock.
 * @throws {ApiError} 8005 for any other change
 */
export const updateInternal = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>,
  { actor, now, request }: InternalUpdate,
): Promise<void> => {
  const { id, name } = now;
  const { staleSeconds } = request;
  if (staleSeconds === undefined || changesOther(now, request)) throw internalStays();
  if (staleSeconds === now.staleSeconds) return;
  await change(deps, async (changes) => {
    await changes.update('provider', id, { staleSeconds });
    await activateAgain(deps, changes, id);
    changes.audit({
      actor: userActor(actor),
      action: 'provider.update',
      subject: { type: 'provider', id, name },
      details: { staleSeconds },
    });
  });
};

const changesOther = (now: ProviderInfo, request: SecretProviderRequest): boolean => {
  const { configuration = {}, workerConfiguration, staleSeconds: _limit, moduleName, ...fields } = request;
  const before: Readonly<Record<string, unknown>> = now;
  return (
    Object.keys({ ...configuration, ...workerConfiguration }).length > 0 ||
    (moduleName ?? null) !== null ||
    Object.entries(fields).some(([field, value]) => value !== undefined && value !== before[field])
  );
};
