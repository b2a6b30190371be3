import { verifyActivation } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { moduleArchive } from './testing/module-archive.ts';
import { providerClient, providerRequest, providersUrl } from './testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
});
afterAll(() => backend.close());

/** What workers are told. */
const activationOf = async (id: string) => {
  const { activation } = await backend.deps.db.prisma.provider.findUniqueOrThrow({ where: { id } });
  return verifyActivation(activation, backend.deps.keys.verificationKey);
};

it('is 60 unless told, and stays in an update that does not name it', async () => {
  expect((await client.add()).checkSeconds).toBe(60);
  const { id, name } = await client.add({ checkSeconds: 5 });
  await client.update(id, { name });
  expect((await client.get(id)).checkSeconds).toBe(5);
});

it('is signed for workers when the module becomes active, and again with a higher number when it changes', async () => {
  const { id, name } = await client.addActive(await moduleArchive(), { checkSeconds: 5 });
  const first = await activationOf(id);
  expect(first.checkSeconds).toBe(5);
  const quiet = { name, configuration: undefined };
  expect((await client.update(id, { ...quiet, checkSeconds: 0 })).json).toMatchObject({ checkSeconds: 0 });
  const second = await activationOf(id);
  expect(second).toEqual({ ...first, number: first.number + 1, checkSeconds: 0 });
  await client.update(id, { ...quiet, checkSeconds: 0 });
  expect(await activationOf(id)).toEqual(second);
});

it('changes together with a configuration, and both are signed', async () => {
  const { id, name } = await client.addActive(await moduleArchive());
  const before = await activationOf(id);
  expect(before.checkSeconds).toBeUndefined();
  await client.update(id, { name, checkSeconds: 7 });
  const after = await activationOf(id);
  expect(after.checkSeconds).toBe(7);
  expect(after.configurationHash).not.toBe(before.configurationHash);
});

it.each([-1, 1.5, '60', 1e12])('is refused as %j, by its name', async (checkSeconds) => {
  const answer = await backend.asAdministrator('POST', providersUrl, providerRequest({ checkSeconds }));
  expect([answer.status, answer.code]).toEqual([400, 6001]);
  expect(answer.text).toContain('checkSeconds');
});
