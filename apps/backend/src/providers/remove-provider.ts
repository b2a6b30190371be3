import { ApiError, type Actor } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import { numbersOf, removeVersion } from '../configurations/provider-version.ts';
import { providerLock, readPlugin } from '../configurations/stored-provider.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { withDefaultLock } from '../running/default-provider.ts';

interface ProviderRemovalOptions {
  /** true: writes that its vault has not answered since are given up, as for a vault that no longer exists */
  readonly leave?: boolean | undefined;
}

/**
 * What its vault may still hold is no longer listed afterwards: the audit has it.
 * @throws {ApiError} 8022 while secrets use it, or writes that are not given up
 */
export const removeProvider = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
  { leave = false }: ProviderRemovalOptions = {},
): Promise<void> => {
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
        const leftBehind = await intentsOf(deps, { providerId, state: 'left-behind' });
        const givenUp = leave ? await intentsOf(deps, { providerId, ...unanswered }) : [];
        await refuseInUse(deps, providerId, leftBehind.length + givenUp.length);
        for (const intent of givenUp) auditGivenUp(changes, actor, intent);
        for (const { id } of [...leftBehind, ...givenUp]) await changes.remove('intent', id);
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

/** The settler has tried it in vain: no process is at work on it. */
const unanswered = { state: 'pending', attempts: { gt: 0 } };

const intentsOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  where: { readonly providerId: string; readonly state: string; readonly attempts?: { readonly gt: number } },
): Promise<readonly Rows['intent'][]> => ledger.genuineAll('intent', await db.prisma.writeIntent.findMany({ where }));

const auditGivenUp = (changes: Change, actor: Actor, intent: Rows['intent']): void => {
  const { kind, secretId, environmentVariable: name, algorithmId, providerId, version } = intent;
  changes.audit({
    ...{ actor: userActor(actor), action: 'secret.leave-behind', subject: { type: 'secret', id: secretId, name } },
    details: { kind, algorithmId, providerId, version },
  });
};

/** Secrets, and writes that have begun: the settler needs the provider to clean up after one that failed. */
const refuseInUse = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  providerId: string,
  gone: number,
): Promise<void> => {
  // also what other backends have just committed
  await ledger.chain.read();
  const secrets = ledger.memory.count('secret', providerId);
  const writes = ledger.memory.count('intent', providerId) - gone;
  if (secrets > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${secrets} secret${secrets === 1 ? ' still uses' : 's still use'} this provider. Remove ${secrets === 1 ? 'it' : 'them'} first.`,
    );
  }
  if (writes > 0) {
    throw new ApiError(
      'SecretProviderInUse',
      `${writes} unfinished write${writes === 1 ? ' still uses' : 's still use'} this provider. Try again in a minute. If its vault is gone for good, remove it with ?leave=true.`,
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
