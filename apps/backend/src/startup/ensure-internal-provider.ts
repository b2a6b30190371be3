import { interfaceVersion } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { defaultClaim } from '../rows/provider-kinds.ts';
import { withDefaultLock } from '../running/default-provider.ts';

const name = 'Internal Secret Provider';

/** The built-in provider's row, at each start. It is the default until somebody chooses another one. */
export const ensureInternalProvider = (deps: Pick<Dependencies, 'db' | 'ledger'>): Promise<void> =>
  withDefaultLock(deps, async () => {
    const { memory } = deps.ledger;
    if (memory.find('provider', internalProviderId) !== null) return;
    const now = new Date();
    await change(deps, async (changes) => {
      await changes.insert('provider', {
        ...{ id: internalProviderId, kind: 'internal', name, interfaceVersion },
        description: 'Encrypts values for the workers and stores them here. Nothing to set up.',
        ...{ isEnabled: true, isDefault: memory.claimant('provider', defaultClaim) === null, wantsDefault: false },
        ...{ checkSeconds: null, staleSeconds: null },
        ...{ activeNumber: null, previousNumber: null, candidateNumber: null, lastNumber: 0 },
        ...{ activationNumber: 0, activation: null, createdAt: now, updatedAt: now },
      });
      changes.audit({
        actor: systemActor,
        action: 'provider.create',
        subject: { type: 'provider', id: internalProviderId, name },
        details: {},
      });
    });
  });
