import { internalProviderId } from '@secret-store/provider-internal';
import { verifyActivation } from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { providerClient, providerRequest, providersUrl } from '../testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
});
afterAll(() => backend.close());

const url = `${providersUrl}/${internalProviderId}`;

/** The provider as it is, but for these fields. */
const asItIs = async (change: Readonly<Record<string, unknown>> = {}) => {
  const { name, description, factoryClassName, interfaceVersion, checkSeconds, staleSeconds, isEnabled, isDefault } =
    await client.get(internalProviderId);
  return {
    ...{ name, description, factoryClassName, interfaceVersion, checkSeconds, staleSeconds, isEnabled, isDefault },
    ...change,
  };
};
const send = async (change: Readonly<Record<string, unknown>>) =>
  backend.asAdministrator('POST', url, await asItIs(change));

const signed = async () => {
  const activation = (await backend.deps.ledger.read('provider', internalProviderId))?.activation ?? null;
  return activation === null ? null : verifyActivation(activation, backend.deps.keys.verificationKey);
};

describe('the limit for outages of the internal provider', () => {
  it('is saved, signed under a number that grows, and audited', async () => {
    const { modified, ...before } = await client.get(internalProviderId);
    expect(await send({ staleSeconds: 120 })).toMatchObject({
      status: 200,
      json: { ...before, staleSeconds: 120, modified: expect.not.stringMatching(modified) },
    });
    const first = { providerId: internalProviderId, number: 1, configurationHash: null, workerConfigurationHash: null };
    expect(await signed()).toEqual({ ...first, staleSeconds: 120 });
    expect((await send({ staleSeconds: 0, moduleName: null, configuration: {} })).status).toBe(200);
    expect(await signed()).toEqual({ ...first, number: 2, staleSeconds: 0 });
    await backend.deps.ledger.flush();
    const events = await backend.deps.db.prisma.auditEvent.findMany({ where: { action: 'provider.update' } });
    expect(events.map(({ details }) => details)).toEqual([
      expect.objectContaining({ staleSeconds: 120 }),
      expect.objectContaining({ staleSeconds: 0 }),
    ]);
  });

  it('that it has already is not signed again', async () => {
    const before = await signed();
    const { staleSeconds } = await client.get(internalProviderId);
    expect((await send({ staleSeconds })).status).toBe(200);
    expect(await signed()).toEqual(before);
  });

  it('is refused below 0, above a year, and as a fraction, and the answer says what it may be', async () => {
    for (const staleSeconds of [-1, 31_536_001, 1.5]) {
      const answer = await send({ staleSeconds });
      expect([answer.status, answer.code]).toEqual([403, 8005]);
      expect(answer.message).toContain('from 0 to 31536000');
    }
  });

  it('is not changed by a user', async () => {
    const key = await backend.addUser('mallory');
    const before = await client.get(internalProviderId);
    const answer = await backend.request({
      method: 'POST',
      url,
      payload: await asItIs({ staleSeconds: 7 }),
      headers: { authorization: `Simple ${key}` },
    });
    expect(answer.status).toBe(403);
    expect(await client.get(internalProviderId)).toEqual(before);
  });
});

describe('everything else of the internal provider', () => {
  it.each([
    { name: 'Mine' },
    { description: 'another' },
    { factoryClassName: 'OtherFactory' },
    { interfaceVersion: '1.1.0' },
    { checkSeconds: 7 },
    { isEnabled: false },
    { isDefault: false },
    { moduleName: 'module.tgz' },
    { configuration: { address: 'https://vault.example.com' } },
    { workerConfiguration: { token: 'hunter2' } },
    { staleSeconds: undefined },
  ])('is refused, also with a limit beside it: %j', async (change) => {
    const before = [await client.get(internalProviderId), await signed()];
    const answer = await send({ staleSeconds: 33, ...change });
    expect([answer.status, answer.code]).toEqual([403, 8005]);
    expect(answer.text).not.toContain('hunter2');
    expect([await client.get(internalProviderId), await signed()]).toEqual(before);
  });

  it('is refused as the fields of another provider', async () => {
    const answer = await backend.asAdministrator('POST', url, providerRequest({ staleSeconds: 33 }));
    expect([answer.status, answer.code]).toEqual([403, 8005]);
  });
});
