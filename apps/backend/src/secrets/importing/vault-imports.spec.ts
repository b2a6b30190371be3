import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FailingVault, openFailingVault } from '../settling/testing/failing-vault.ts';
import { ada, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { httpVaultProvider } from '../testing/http-vault-provider.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { importSecrets } from './import-secrets.ts';

let store: BackendFixture;
let vault: HttpVault;
let failing: FailingVault;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
});
afterAll(async () => {
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  vault.trouble = 'none';
  vault.held.clear();
  failing = await openFailingVault(store, vault);
});

const importText = (text: string) =>
  importSecrets(store.deps, ada, failing.algorithm.id, { text, apply: true, provider_id: failing.vaultId });
const audited = async (action: string) => {
  await store.deps.ledger.flush();
  const events = await store.deps.db.prisma.auditEvent.findMany({
    where: { action, details: { path: ['algorithmId'], equals: failing.algorithm.id } },
    orderBy: { sequence: 'asc' },
  });
  return events.map(({ subjectName }) => subjectName);
};
const heldValues = () => [...vault.held.values()].map(({ value }) => value).sort();

describe('an import into a vault', () => {
  it('is one set for all, with an event for each, also of new values and of what the store keeps itself', async () => {
    await failing.create('OLD', 'old');
    await failing.create('OWN', 'own old', internalProviderId);
    const { number } = await failing.seen();
    await importText('NEW_1=one\nNEW_2=two\nOLD=newer\nOWN=own newer');
    const seen = await failing.seen();
    expect(seen).toMatchObject({
      number: number + 1,
      values: { NEW_1: 'one', NEW_2: 'two', OLD: 'newer', OWN: 'own newer' },
      versions: { NEW_1: 1, NEW_2: 1, OLD: 2, OWN: 2 },
    });
    expect(await audited('secret.create')).toEqual(['OLD', 'OWN', 'NEW_1', 'NEW_2']);
    expect((await audited('secret.update')).sort()).toEqual(['OLD', 'OWN']);
    expect(await failing.intents()).toEqual([]);
  });

  it('that the vault refuses half way has created nothing, replaced nothing and left nothing', async () => {
    const { id } = await failing.create('OLD', 'old');
    const before = await failing.seen();
    let calls = 0;
    failing.replace({
      createSecret: (value, context) => {
        calls += 1;
        return calls === 3
          ? Promise.reject(new PluginFailure('not-permitted'))
          : failing.plugin.createSecret(value, context);
      },
    });
    const text = Array.from({ length: 20 }, (_, index) => `NEW_${index}=${index}`).join('\n');
    await expect(importText(`OLD=newer\n${text}`)).rejects.toMatchObject({
      code: 8009,
      message: expect.stringMatching(/^NEW_\d+: .* Nothing was imported\.$/) as string,
    });
    // those that were under way at that time
    expect(calls).toBeLessThan(12);
    expect(await failing.seen()).toEqual(before);
    expect([heldValues(), await failing.intents()]).toEqual([['old'], []]);
    expect((await failing.list()).map((secret) => secret.id)).toEqual([id]);
  });

  it('whose new values are refused half way shows in one set what the vault has taken, and creates nothing', async () => {
    for (const name of ['A', 'B', 'C']) await failing.create(name, `${name} old`);
    const { number } = await failing.seen();
    failing.replace({
      updateSecret: (id, value, context) =>
        value === 'C new'
          ? Promise.reject(new PluginFailure('too-large'))
          : failing.plugin.updateSecret(id, value, context),
    });
    await expect(importText('NEW=x\nA=A new\nB=B new\nC=C new')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^C: .* Nothing new was created\. The vault had already replaced the value of A, B/,
      ),
    });
    expect(await failing.seen()).toMatchObject({
      number: number + 1,
      values: { A: 'A new', B: 'B new', C: 'C old' },
      versions: { A: 2, B: 2, C: 1 },
    });
    expect(heldValues()).toEqual(['A new', 'B new', 'C old']);
    failing.repair();
    await importText('NEW=x\nA=A new\nB=B new\nC=C new');
    expect((await failing.seen()).values).toEqual({ A: 'A new', B: 'B new', C: 'C new', NEW: 'x' });
  });

  it('lists as left behind what it can neither name nor delete', async () => {
    store.plugins.set(failing.vaultId, httpVaultProvider({ url: vault.url, isFindable: false }));
    vault.trouble = 'after';
    await expect(importText('A=1\nB=2')).rejects.toMatchObject({ code: 8009 });
    expect(await failing.list()).toEqual([]);
    expect(new Set((await failing.intents()).map(({ state }) => state))).toEqual(new Set(['left-behind']));
  });
});
