import { open, readRecoveryFile } from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { lawfulChange } from '../ledger/testing/lawful-change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { decodeConfiguration } from './configuration-text.ts';
import { providerFor } from '../running/provider-access.ts';
import { activeVersion } from '../providers/testing/active-version.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;
let module: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
  module = await moduleArchive();
});
afterAll(() => backend.close());

/** The row is the store's own, as in a database that was taken over after somebody had written to it. */
const change = async (providerId: string, patch: Partial<Rows['providerVersion']>) => {
  const { number } = await activeVersion(backend, providerId);
  await lawfulChange(backend.deps, 'providerVersion', `${providerId}/${number}`, patch);
};

const refusals = async (id: string) => {
  await backend.deps.ledger.flush();
  return backend.deps.db.prisma.auditEvent.count({ where: { action: 'provider.integrity-failure', subjectId: id } });
};

const expectRefused = async (id: string) => {
  await backend.deps.plugins.retire(id);
  await expect(providerFor(backend.deps, id, 'create')).rejects.toMatchObject({ code: 8009 });
};

describe('a configuration that was moved in the database', () => {
  it('does not open for another module', async () => {
    const { id } = await client.addActive(module);
    const thief = await client.addActive(await moduleArchive({ source: pluginSource('thief') }));
    const { moduleSha256 } = await activeVersion(backend, thief.id);
    await change(id, { moduleSha256 });
    await expectRefused(id);
    expect(await refusals(id)).toBe(1);
    expect(backend.logged()).not.toContain('hunter2');
  });

  it('does not open for another factory', async () => {
    const { id } = await client.addActive(module);
    await change(id, { factoryClassName: 'OtherFactory' });
    await expectRefused(id);
    expect(await refusals(id)).toBe(1);
  });

  it('does not open for another provider, nor at an older bound revision', async () => {
    const victim = await client.addActive(module);
    const other = await client.addActive(module);
    const { encrypted, sealed } = await activeVersion(backend, victim.id);
    await change(other.id, { encrypted, sealed });
    await expectRefused(other.id);
    expect((await client.update(victim.id, { name: victim.name })).status).toBe(200);
    await change(victim.id, { encrypted, sealed });
    await expectRefused(victim.id);
  });

  it('does not open as a draft, which would bind it to no module', async () => {
    const { id } = await client.addActive(module);
    await change(id, { sealed: null });
    await expectRefused(id);
  });

  it('does not run bytes that are not the module that was uploaded', async () => {
    const bytes = await moduleArchive({ source: pluginSource('to be swapped') });
    const { id } = await client.addActive(bytes);
    const { moduleSha256 } = await activeVersion(backend, id);
    const swap = (data: { bytes: Uint8Array<ArrayBuffer>; sizeBytes?: number }) =>
      backend.deps.db.prisma.pluginModule.update({ where: { sha256: moduleSha256 ?? '' }, data });
    await swap({ bytes: new Uint8Array(bytes).fill(0, bytes.length - 8) });
    await expectRefused(id);
    await swap({ bytes: new Uint8Array(module), sizeBytes: module.length });
    await expect(providerFor(backend.deps, id, 'create')).rejects.toMatchObject({ name: 'RowRefused', kind: 'module' });
  });

  it('can be replaced as a whole', async () => {
    const { id, name } = await client.addActive(module);
    await change(id, { factoryClassName: 'OtherFactory' });
    await expectRefused(id);
    expect((await client.update(id, { name })).status).toBe(200);
    expect(await (await providerFor(backend.deps, id, 'create')).provider.allowsCreate()).toBe(true);
  });
});

describe('a configuration as it is sealed', () => {
  it('opens for the root, bound to module, factory and destinations', async () => {
    const { id } = await client.addActive(module, { factoryClassName: 'OtherFactory' });
    const version = await activeVersion(backend, id);
    const { openingKeys } = await readRecoveryFile(backend.keys.recoveryFile);
    const bytes = await open({
      record: version.sealed,
      binding: {
        type: 'provider-configuration',
        providerId: id,
        revision: version.boundRevision,
        moduleSha256: version.moduleSha256 ?? '',
        factoryClassName: 'OtherFactory',
        destinations: ['vault.example.com:443', 'vault.example.com:8200'],
      },
      openingKeys,
      signerKey: backend.deps.keys.verificationKey,
    });
    expect(Object.fromEntries(decodeConfiguration(bytes))).toMatchObject({ token: 'hunter2-token' });
  });
});
