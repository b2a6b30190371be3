import type { FakeVault } from '@secret-store/provider-vault/testing';
import { z } from 'zod';
import type { LaunchedStore } from '../launched-store.ts';
import { call, execEnvironment, succeed } from './call-store.ts';
import { type OldProviders, providersPath, vaultProvider } from './fill-providers.ts';
import { people } from './people.ts';

const { administrator, second, user } = people;

const Providers = z.array(z.object({ id: z.string(), name: z.string() }));

/** With the default provider, unless another is given. */
export const newSecret = (algorithmId: string, secret_key: string, given: object) => ({
  ...{ short_name: `the ${secret_key}`, description: '', owner_type: 'algorithm', owner_id: algorithmId },
  ...{ secret_key, ...given },
});

const internalProvider = async (store: LaunchedStore): Promise<string> => {
  const { body } = await call(store, administrator, ['GET', providersPath]);
  const internal = Providers.parse(body).find(({ name }) => name === 'Internal Secret Provider');
  if (!internal) throw new Error('the store has no internal provider');
  return internal.id;
};

/** @returns the ids of the algorithms, by their names; of the one that is gone, by `removed` */
export const fillSecrets = async (
  store: LaunchedStore,
  vault: FakeVault,
  { 'Other vault': other, 'Closed vault': closed }: OldProviders,
): Promise<Record<string, string>> => {
  const post = (where: string, body: object, by = administrator) => succeed(store, by, ['POST', where], body);
  const secretsOf = (algorithmId: string) => `/v1/algorithms/${algorithmId}/secrets`;
  const add = (algorithmId: string, secret_key: string, given: object, by = administrator) =>
    post(secretsOf(algorithmId), newSecret(algorithmId, secret_key, given), by);
  const update = (algorithmId: string, id: string, secret_key: string, secret_value: string) => {
    const body = { short_name: `the ${secret_key}`, description: 'updated', secret_value };
    return succeed(store, administrator, ['PUT', `${secretsOf(algorithmId)}/${id}`], body);
  };
  const remove = (where: string) => succeed(store, administrator, ['DELETE', where]);
  const internal = { provider_id: await internalProvider(store) };

  const report = await post('/v1/algorithms', { owner: 'demo', name: 'report' }, second);
  await add(report, 'ONCE', { ...internal, secret_value: 'a value of the internal provider' });
  const thrice = await add(report, 'THRICE', { ...internal, secret_value: 'first' });
  await update(report, thrice, 'THRICE', 'second');
  await update(report, thrice, 'THRICE', 'third: ü, 😀, "quoted",\nand a second line');
  await remove(`${secretsOf(report)}/${await add(report, 'REMOVED', { ...internal, secret_value: 'removed' })}`);
  const kept = await add(report, 'KEPT', { secret_value: 'kept in the vault' });
  await update(report, kept, 'KEPT', 'kept in the vault, second');
  await add(report, 'OTHER', { provider_id: other, secret_value: 'in the other vault' });
  await add(report, 'CLOSED', { provider_id: closed, secret_value: 'in the closed vault' });
  await post(`${providersPath}/${closed}`, vaultProvider('Closed vault', { isEnabled: false }));
  await fetch(`${vault.address}/v1/secret/data/team/database`, {
    method: 'POST',
    headers: { 'x-vault-token': vault.token },
    body: JSON.stringify({ data: { password: 'kept by others' } }),
  });
  await add(report, 'REFERRED', { secret_reference: 'secret/team/database#password' });

  const forecast = await post('/v1/algorithms', { owner: user.username, name: 'forecast' }, user);
  await add(forecast, 'OWN', { ...internal, secret_value: 'of the user' }, user);
  await add(forecast, 'OWN_KEPT', { secret_value: 'of the user, in the vault' }, user);

  const removed = await post('/v1/algorithms', { owner: 'demo', name: 'again' });
  await add(removed, 'AGAIN', { ...internal, secret_value: 'of the algorithm that was removed' });
  await execEnvironment(store, 'demo/again');
  await remove(`/v1/algorithms/${removed}`);
  const again = await post('/v1/algorithms', { owner: 'demo', name: 'again' });
  await add(again, 'AGAIN', { ...internal, secret_value: 'of the algorithm that came after it' });
  return { 'demo/report': report, 'ana/forecast': forecast, 'demo/again': again, removed };
};
