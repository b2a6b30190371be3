import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { signedActivation } from '../configurations/activation.ts';
import { readProvider, type StoredProvider } from '../configurations/stored-provider.ts';
import { change } from '../ledger/change.ts';
import { verifyOwnRecord } from '../workers/pools/verify-own-record.ts';

type StartDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

/** Providers from before activations were signed: what is active stays active, at the number that workers know. */
export const ensureActivations = async (deps: StartDependencies): Promise<void> => {
  const rows = await deps.db.prisma.provider.findMany({ where: { kind: 'plugin' } });
  for (const { id, activation } of await deps.ledger.genuineAll('provider', rows)) {
    if (activation === null) await ensureActivation(deps, await readProvider(deps, id));
  }
};

const ensureActivation = async (deps: StartDependencies, stored: StoredProvider): Promise<void> => {
  const { id, name, activationNumber, active } = stored;
  if (active === null || active.moduleSha256 === null || active.sealed === null) return;
  const sealed = await verifyOwnRecord(deps, active.sealed);
  const { binding } = sealed;
  const isItsOwn =
    binding.type === 'provider-configuration' &&
    binding.providerId === id &&
    binding.moduleSha256 === active.moduleSha256;
  if (!isItsOwn || binding.revision !== activationNumber) return;
  const activation = signedActivation(deps, {
    ...{ providerId: id, activationNumber, sealed, sealedForWorkers: null },
    ...{ checkSeconds: stored.checkSeconds, staleSeconds: stored.staleSeconds },
  });
  await change(deps, async (changes) => {
    await changes.update('provider', id, { activation });
    changes.audit({
      actor: systemActor,
      action: 'provider.sign-activation',
      subject: { type: 'provider', id, name },
      details: { revision: activationNumber },
    });
  });
};
