import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { providerFor } from '../running/provider-access.ts';
import { activeVersion } from './testing/active-version.ts';
import { factories, moduleArchive, pluginSource } from './testing/module-archive.ts';
import { providerClient } from './testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;
let module: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
  module = await moduleArchive();
});
afterAll(() => backend.close());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** what serves, without what stands beside it to be tried */
const rowOf = async (id: string) => ({
  ...(await backend.deps.db.prisma.provider.findUniqueOrThrow({ where: { id } })),
  ...{ candidateNumber: null, lastNumber: 0, active: await activeVersion(backend, id) },
});
const context = { secretId: 's', algorithmId: 'a', environmentVariable: 'V', version: 1 };

describe('an upload', () => {
  it("makes the module active, under the file's own name without its folders", async () => {
    const { id } = await client.add();
    const missing = await backend.asAdministrator('GET', `/v1/admin/plugins/secret-provider/${id}`);
    expect([missing.status, missing.code]).toEqual([400, 8021]);
    const answer = await client.uploadTo(id, module);
    expect(answer.json).toEqual({
      sha256: sha256(module),
      state: 'active',
      step: 'active',
      message: expect.any(String),
    });
    expect((await client.get(id)).moduleName).toBe('my plugin_1_.tgz');
    expect((await backend.asAdministrator('GET', `/v1/admin/plugins/secret-provider/${id}`)).status).toBe(200);
    const { provider: provider } = await providerFor(backend.deps, id, 'create');
    expect((await provider.createSecret('value', context)).getProviderKey()).toBe('vault/s');
  });

  it('is refused with 8020 when the file is bad, and stores nothing', async () => {
    const { id } = await client.add();
    const before = await rowOf(id);
    const bad = [
      Buffer.from('not a module'),
      Buffer.concat([module, Buffer.from('x')]),
      await moduleArchive({ interfaceVersion: '2.0.0' }),
      await moduleArchive({ factories: { OtherFactory: factories.OtherFactory } }),
      await moduleArchive({ source: 'export const nothing = 1;' }),
      await moduleArchive({ source: 'throw new Error("hunter2");' }),
      await moduleArchive({ source: 'syntax error' }),
    ];
    for (const bytes of bad) {
      const answer = await client.uploadTo(id, bytes);
      expect([answer.status, answer.code]).toEqual([400, 8020]);
      expect(answer.text).not.toContain('hunter2');
    }
    expect(await rowOf(id)).toEqual(before);
    expect(await backend.deps.db.prisma.pluginModule.count({ where: { sha256: { in: bad.map(sha256) } } })).toBe(0);
  });

  it('is refused with 6001 without the file or with a configuration that is none', async () => {
    const { id } = await client.add();
    const url = `/v1/admin/plugins/secret-provider/${id}`;
    expect((await backend.asAdministrator('POST', url)).code).toBe(6001);
    const answer = await client.uploadTo(id, module, { configuration: '{"token":"hunter2"' });
    expect([answer.status, answer.code]).toEqual([400, 6001]);
    expect(answer.text).not.toContain('hunter2');
  });

  it('is kept but not active when the first module does not start with its configuration, and names the key', async () => {
    const withoutToken = await client.add({ configuration: { address: 'https://vault.example.com' } });
    expect((await client.uploadTo(withoutToken.id, module)).json).toMatchObject({
      state: 'failed',
      step: 'configuration',
      message: expect.stringContaining('token'),
    });
    const badAddress = await client.add({
      configuration: { token: 'hunter2', address: 'hunter2 no url' },
      isDefault: true,
    });
    const answer = await client.uploadTo(badAddress.id, module);
    expect(answer.json).toMatchObject({
      state: 'failed',
      step: 'configuration',
      message: expect.stringContaining('Invalid value for address: it must be a URL'),
    });
    expect(answer.text).not.toContain('hunter2');
    expect((await client.get(badAddress.id)).isDefault).toBe(false);
    await expect(providerFor(backend.deps, badAddress.id, 'create')).rejects.toMatchObject({
      code: 8009,
      message: expect.stringContaining('address'),
    });
    const corrected = { name: badAddress.name, configuration: { token: null, address: 'https://vault.example.com' } };
    expect((await client.update(badAddress.id, corrected)).status).toBe(200);
    expect(await (await providerFor(backend.deps, badAddress.id, 'create')).provider.allowsCreate()).toBe(true);
  });

  it('leaves the older module where the new one does not start, and none of its words come out', async () => {
    for (const word of ['explode', 'leave']) {
      const { id } = await client.addActive(module);
      const before = await rowOf(id);
      const other = await moduleArchive({ source: pluginSource(word) });
      const configuration = JSON.stringify({ token: `hunter2-${word}`, address: 'https://vault.example.com:8200' });
      const answer = await client.uploadTo(id, other, { configuration });
      expect(answer.json).toMatchObject({ state: 'failed', message: expect.stringContaining('stays') });
      expect(answer.text + backend.logged()).not.toContain('hunter2');
      expect(await rowOf(id)).toEqual(before);
    }
  });

  it('asks for credentials again where the new module reaches other places', async () => {
    const { id } = await client.addActive(module);
    const before = await rowOf(id);
    const { TestFactory } = factories;
    const other = await moduleArchive({
      factories: {
        TestFactory: {
          ...TestFactory,
          configuration: [{ key: 'address' }, { key: 'token' }],
          egress: ['thief.example.com:443'],
        },
      },
    });
    const refused = await client.uploadTo(id, other);
    expect([refused.status, refused.code]).toEqual([400, 6001]);
    expect(refused.message).toContain('token');
    expect(await rowOf(id)).toEqual(before);
    const configuration = JSON.stringify({ token: 'hunter2-again', address: null });
    expect((await client.uploadTo(id, other, { configuration })).json).toMatchObject({ state: 'active' });
  });

  it('replaces the running module at once', async () => {
    const { id } = await client.addActive(module);
    await (await providerFor(backend.deps, id, 'create')).provider.createSecret('value', context);
    const source = pluginSource().replaceAll("'vault/'", "'second/'");
    await client.uploadTo(id, await moduleArchive({ source }));
    const { provider: provider } = await providerFor(backend.deps, id, 'create');
    expect((await provider.createSecret('value', context)).getProviderKey()).toBe('second/s');
  });
});

describe('inspecting a module', () => {
  it('answers its own words and stores nothing', async () => {
    const bytes = await moduleArchive({ source: pluginSource('inspected') });
    const answer = await client.upload('/v1/admin/plugins/inspect', bytes);
    expect(answer.json).toMatchObject({
      sha256: sha256(bytes),
      packageName: 'test-plugin',
      packageVersion: '1.2.3',
      factories: [{ className: 'TestFactory', egress: ['{address}'] }, { className: 'OtherFactory' }],
    });
    expect(await backend.deps.db.prisma.pluginModule.count({ where: { sha256: sha256(bytes) } })).toBe(0);
  });
});
