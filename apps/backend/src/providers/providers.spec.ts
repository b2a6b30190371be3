import type { Actor } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { activeVersion } from './testing/active-version.ts';
import { moduleArchive, pluginSource } from './testing/module-archive.ts';
import { providerOffers } from './provider-details.ts';
import { providerStatus } from './status/provider-status.ts';
import { providerClient, providerRequest, providersUrl } from './testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;
let module: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
  module = await moduleArchive();
});
afterAll(() => backend.close());

const administrator: Actor = { userId: 'admin-id', username: 'admin', role: 'admin' };

const count = () => backend.deps.db.prisma.provider.count();

describe('adding', () => {
  it('answers names of configuration keys and no value', async () => {
    const answer = await backend.asAdministrator(
      'POST',
      providersUrl,
      providerRequest({ name: 'Vault', moduleName: '/etc/passwd' }),
    );
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      id: expect.any(String),
      name: 'Vault',
      description: 'a test',
      moduleName: null,
      factoryClassName: 'TestFactory',
      interfaceVersion: '1.0.0',
      isEnabled: true,
      isDefault: false,
      checkSeconds: 60,
      staleSeconds: 86_400,
      configurationKeys: ['address', 'token'],
      created: expect.any(String),
      modified: expect.any(String),
    });
  });

  it('refuses a taken name, another interface and a value to keep that is not there, and stores nothing', async () => {
    const before = await count();
    const cases = [
      [{ name: 'Internal Secret Provider' }, 409],
      [{ interfaceVersion: '2.0.0' }, 400],
      [{ interfaceVersion: '1.3.0' }, 400],
      [{ configuration: { token: null } }, 400],
      [{ name: ' ' }, 400],
      [{ factoryClassName: 'no class' }, 400],
      [{ configuration: { token: 7 } }, 400],
      [{ isEnabled: 'yes' }, 400],
    ] as const;
    for (const [change, status] of cases) {
      const answer = await backend.asAdministrator('POST', providersUrl, providerRequest(change));
      expect([change, answer.status, answer.code]).toEqual([change, status, 6001]);
    }
    expect(await count()).toBe(before);
  });

  it('answers 8006 for a provider that is not there', async () => {
    const id = uuid();
    const answers = [
      await backend.asAdministrator('GET', `${providersUrl}/${id}`),
      await client.update(id, {}),
      await backend.asAdministrator('DELETE', `${providersUrl}/${id}`),
      await client.makeDefault(id),
      await backend.asAdministrator('GET', `/v1/admin/plugins/secret-provider/${id}`),
      await client.uploadTo(id, module),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [404, 8006]));
  });
});

describe('the internal provider', () => {
  it('is there, is the default, and cannot be changed or removed', async () => {
    const internal = await client.get(internalProviderId);
    expect(internal).toMatchObject({
      name: 'Internal Secret Provider',
      moduleName: null,
      isDefault: true,
      isEnabled: true,
    });
    const answers = [
      await client.update(internalProviderId, { name: 'Mine' }),
      await backend.asAdministrator('DELETE', `${providersUrl}/${internalProviderId}`),
      await client.uploadTo(internalProviderId, module),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [403, 8005]));
    expect(await client.get(internalProviderId)).toEqual(internal);
  });
});

describe('the default', () => {
  it('needs a module and an enabled provider', async () => {
    const { id } = await client.add();
    const without = await client.makeDefault(id);
    expect([without.status, without.code]).toEqual([409, 8011]);
    const disabled = await client.addActive(module, { isEnabled: false });
    expect((await client.makeDefault(disabled.id)).code).toBe(8011);
    expect(
      (await client.update(disabled.id, { isEnabled: false, isDefault: true, configuration: undefined })).code,
    ).toBe(8011);
    expect((await client.get(internalProviderId)).isDefault).toBe(true);
  });

  it('moves as one, is not disabled and not removed while it is the default', async () => {
    const first = await client.addActive(module);
    const second = await client.addActive(module);
    await Promise.all([client.makeDefault(first.id), client.makeDefault(second.id), client.makeDefault(first.id)]);
    expect((await client.makeDefault(first.id)).status).toBe(204);
    expect(await backend.deps.db.prisma.provider.count({ where: { isDefault: true } })).toBe(1);
    for (const isDefault of [true, false]) {
      expect((await client.update(first.id, { isEnabled: false, isDefault, configuration: undefined })).code).toBe(
        8011,
      );
    }
    const removal = await backend.asAdministrator('DELETE', `${providersUrl}/${first.id}`);
    expect([removal.status, removal.code]).toEqual([409, 8013]);
    expect((await client.makeDefault(internalProviderId)).status).toBe(204);
    expect((await backend.asAdministrator('DELETE', `${providersUrl}/${first.id}`)).status).toBe(204);
  });

  it('stays as it is where an update leaves mark and switch out', async () => {
    const first = await client.addActive(module);
    await client.makeDefault(first.id);
    const kept = { isDefault: undefined, isEnabled: undefined, configuration: undefined };
    expect(await client.update(first.id, kept)).toMatchObject({
      status: 200,
      json: { isDefault: true, isEnabled: true },
    });
    await client.makeDefault(internalProviderId);
    await client.update(first.id, { isEnabled: false, configuration: undefined });
    expect(await client.update(first.id, kept)).toMatchObject({
      status: 200,
      json: { isDefault: false, isEnabled: false },
    });
    expect(
      (await client.update(first.id, { isDefault: true, isEnabled: undefined, configuration: undefined })).code,
    ).toBe(8011);
  });

  it('remembers a wish from before the module', async () => {
    const wished = await client.add({ isDefault: true });
    expect(wished.isDefault).toBe(false);
    await client.uploadTo(wished.id, module);
    expect((await client.get(wished.id)).isDefault).toBe(true);
    expect((await client.get(internalProviderId)).isDefault).toBe(false);
    await client.makeDefault(internalProviderId);
  });
});

describe('what is offered', () => {
  const offerOf = async (id: string) =>
    (await providerOffers(backend.deps)).find(({ providerId }) => providerId === id)?.unavailable;

  it('is only what can take a secret, with the reason of each that cannot', async () => {
    const readOnly = await moduleArchive({
      source: pluginSource().replace('allowsCreate: () => true', 'allowsCreate: () => false'),
    });
    const draft = await client.add();
    const active = await client.addActive(module);
    const reader = await client.addActive(readOnly);
    expect(await offerOf(internalProviderId)).toBeNull();
    expect(await offerOf(active.id)).toBeNull();
    expect(await offerOf(draft.id)).toBe('not-set-up');
    expect(await offerOf(reader.id)).toBe('takes-no-secrets');
  });

  it('says of each provider whether it can become the default, as the store answers', async () => {
    const ids = [
      internalProviderId,
      (await client.add()).id,
      (await client.addActive(module, { isEnabled: false })).id,
    ];
    const status = await providerStatus(backend.deps, administrator);
    for (const id of ids) {
      const refusal = status.find(({ providerId }) => providerId === id)?.defaultRefusal;
      const answer = await client.makeDefault(id);
      expect(answer.status === 204 ? null : answer.message).toBe(refusal);
    }
    await client.makeDefault(internalProviderId);
  });
});

describe('removing', () => {
  it('is refused with the count while secrets use the provider', async () => {
    const provider = await client.addActive(module);
    const created = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'in-use' });
    const { id } = z.object({ id: z.uuid() }).parse(created.json);
    const url = `/v1/algorithms/${id}/secrets`;
    const secret = await backend.asAdministrator('POST', url, {
      short_name: 'One',
      description: '',
      owner_type: 'algorithm',
      owner_id: id,
      secret_key: 'ONE',
      secret_value: 'hunter2-value',
      provider_id: provider.id,
    });
    expect(secret.status).toBe(200);
    const refused = await backend.asAdministrator('DELETE', `${providersUrl}/${provider.id}`);
    expect([refused.status, refused.code]).toEqual([409, 8022]);
    expect(refused.message).toContain('1 secret');
    const { id: secretId } = z.object({ id: z.uuid() }).parse(secret.json);
    expect((await backend.asAdministrator('DELETE', `${url}/${secretId}`)).status).toBe(204);
    expect((await backend.asAdministrator('DELETE', `${providersUrl}/${provider.id}`)).status).toBe(204);
  });
});

describe('a disabled provider', () => {
  it('is not offered and takes no new secret', async () => {
    const provider = await client.addActive(module, { isEnabled: false });
    const key = await backend.addUser('kim');
    const offered = await backend.request({ url: '/v1/secret-provider', headers: { authorization: `Simple ${key}` } });
    expect(offered.text).not.toContain(provider.id);
    expect(offered.text).toContain(internalProviderId);
    const created = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'disabled' });
    const { id } = z.object({ id: z.uuid() }).parse(created.json);
    const answer = await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets`, {
      short_name: 'One',
      description: '',
      owner_type: 'algorithm',
      owner_id: id,
      secret_key: 'ONE',
      secret_value: 'hunter2-value',
      provider_id: provider.id,
    });
    expect([answer.status, answer.code]).toEqual([409, 8012]);
  });
});

describe('configuration', () => {
  it('never shows up in an answer, a log or the database', async () => {
    const { id } = await client.addActive(module);
    await client.update(id, { configuration: { token: 'hunter2-second', address: 'https://vault.example.com:8200' } });
    const [listed, shown] = [
      await backend.asAdministrator('GET', providersUrl),
      await backend.asAdministrator('GET', `${providersUrl}/${id}`),
    ];
    const rows = await backend.deps.db.prisma.providerVersion.findMany();
    expect(listed.text + shown.text + backend.logged() + JSON.stringify(rows)).not.toMatch(
      /hunter2|vault\.example\.com:8200"\}/,
    );
  });

  it('keeps what is left out or null, replaces the rest, and refuses to keep what it does not have', async () => {
    const { id, name } = await client.addActive(module);
    const same = { name, configuration: undefined };
    expect((await client.update(id, { ...same, description: 'other' })).json).toMatchObject({
      configurationKeys: ['address', 'token'],
    });
    const replaced = await client.update(id, { name, configuration: { token: null, address: null, region: 'north' } });
    expect(replaced.json).toMatchObject({ configurationKeys: ['address', 'region', 'token'] });
    const refused = await client.update(id, { name, configuration: { token: null, address: null, colour: null } });
    expect([refused.status, refused.code]).toEqual([400, 6001]);
    expect(refused.message).toContain('colour');
    expect((await client.get(id)).configurationKeys).toEqual(['address', 'region', 'token']);
  });

  it('asks for a stored credential again where the plugin would reach another place', async () => {
    const { id, name } = await client.addActive(module);
    const moved = { name, configuration: { token: null, address: 'https://elsewhere.example.com' } };
    const before = await activeVersion(backend, id);
    const refused = await client.update(id, moved);
    expect([refused.status, refused.code]).toEqual([400, 6001]);
    expect(refused.message).toContain('token');
    const otherFactory = await client.update(id, { name, factoryClassName: 'OtherFactory', configuration: undefined });
    expect([otherFactory.status, otherFactory.code]).toEqual([400, 6001]);
    expect(await activeVersion(backend, id)).toEqual(before);
    expect(
      (await client.update(id, { ...moved, configuration: { ...moved.configuration, token: 'hunter2-new' } })).status,
    ).toBe(200);
  });

  it('names the key that is missing or no address, and stores nothing', async () => {
    const { id, name } = await client.addActive(module);
    for (const [key, configuration] of [
      ['token', { address: null }],
      ['address', { token: 'hunter2', address: 'hunter2 no url' }],
    ] as const) {
      const answer = await client.update(id, { name, configuration });
      expect([answer.status, answer.code]).toEqual([400, 6001]);
      expect(answer.message).toContain(key);
      expect(answer.text).not.toContain('hunter2');
    }
    expect((await client.get(id)).configurationKeys).toEqual(['address', 'token']);
  });

  it('has a factory that the module declares', async () => {
    const { id, name } = await client.addActive(module);
    const answer = await client.update(id, { name, factoryClassName: 'MissingFactory' });
    expect([answer.status, answer.code]).toEqual([400, 8020]);
    expect((await client.get(id)).factoryClassName).toBe('TestFactory');
  });
});
