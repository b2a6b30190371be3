import { ApiError, type Actor } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import { numbersOf, removeVersion } from '../configurations/provider-version.ts';
import { providerLock, readPlugin } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { withDefaultLock } from '../running/default-provider.ts';

export const removeProvider = async (deps: Dependencies, actor: Actor, providerId: string): Promise<void> => {
  requirePermission(actor, 'providers.manage');
  await deps.db.withLock(providerLock(providerId), () =>
    withDefaultLock(deps, async () => {
      const stored = await readPlugin(deps, providerId);
      if (stored.isDefault) {
        throw new ApiError(
          'UnableToDeleteDefaultSecretProvider',
          'The default provider cannot be removed. Make another one the default first.',
        );
      }
      await change(deps, async (changes) => {
        // no write begins from here on
        await changes.find('provider', providerId);
        const leftBehind = await leftBehindBy(deps, providerId);
        await refuseInUse(deps, providerId, leftBehind.length);
        for (const { id } of leftBehind) await changes.remove('intent', id);
        await removeRows(changes, stored);
        changes.audit({
          actor: userActor(actor),
          action: 'provider.delete',
          subject: { type: 'provider', id: providerId, name: stored.name },
          details: {},
        });
      });
    }),
  );
  await deps.plugins.retire(providerId);
};

/** Values that may still be in the vault, and that nobody can name: with the provider, the list of them goes. */
const leftBehindBy = async ({ db, ledger }: Pick<Dependencies, 'db' | 'ledger'>, providerId: string) =>
  ledger.genuineAll('intent', await db.prisma.writeIntent.findMany({ where: { providerId, state: 'left-behind' } }));

/** Secrets, and writes that have begun: the settler needs the provider to clean up after one that failed. */
const refuseInUse = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  providerId: string,
  leftBehind: number,
): Promise<void> => {
  // also what other backends have just committed
  await ledger.chain.read();
  const secrets = ledger.memory.count('secret', providerId);
  const writes = ledger.memory.count('intent', providerId) - leftBehind;
  if (secrets > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${secrets} secret${secrets === 1 ? ' still uses' : 's still use'} this provider. Remove ${secrets === 1 ? 'it' : 'them'} first.`,
    );
  }
  if (writes > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${writes} unfinished write${writes === 1 ? ' still uses' : 's still use'} this provider. Try again in a minute.`,
    );
  }
};

const removeRows = async (changes: Change, stored: Parameters<typeof numbersOf>[0] & { readonly id: string }) => {
  const modules: string[] = [];
  for (const number of numbersOf(stored)) {
    const module = await removeVersion(changes, stored.id, number);
    if (module !== null) modules.push(module);
  }
  await changes.remove('preparation', stored.id);
  await changes.remove('provider', stored.id);
  await removeUnusedModules(changes, modules);
};
