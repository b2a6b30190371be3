import { interfaceVersion } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import type { Dependencies } from '../dependencies.ts';
import { withDefaultLock } from '../running/default-provider.ts';

/** The built-in provider's row, at each start. It is the default until somebody chooses another one. */
export const ensureInternalProvider = (deps: Pick<Dependencies, 'db'>): Promise<void> =>
  withDefaultLock(deps, async () => {
    const { provider } = deps.db.prisma;
    if ((await provider.count({ where: { id: internalProviderId } })) > 0) return;
    await provider.create({
      data: {
        id: internalProviderId,
        name: 'Internal Secret Provider',
        description: 'Encrypts values for the workers and stores them here. Nothing to set up.',
        kind: 'internal',
        interfaceVersion,
        isDefault: (await provider.count({ where: { isDefault: true } })) === 0,
      },
    });
  });
