import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeAzure } from './testing/fake-azure.ts';
import { freshContext, providerFor } from './testing/provider-for.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await FakeAzure.start();
  for (const name of ['team-mail', 'Team-Database', 'single', 'closed', 'secret-store-of-another']) {
    azure.vault.secrets.set(name, { value: `the value of ${name}` });
  }
});

beforeEach(() => azure.reset());

afterAll(() => azure.close());

const open = { reference_names: 'team-*, Single, gone' };

test('are offered only if the configuration allows names for them', () => {
  expect(providerFor(azure).referTo).toBeUndefined();
  expect(providerFor(azure, open).referTo).toBeTypeOf('function');
});

test.each(['team-mail', 'Team-Database', 'TEAM-MAIL', 'single'])('lead to %s without reading it', async (reference) => {
  const context = freshContext();
  const subject = providerFor(azure, open);
  const id = await subject.referTo?.(reference, context);
  expect(id?.getProviderKey()).toBe(`ref:${reference}`);
  expect(azure.vault.requests.every(({ target }) => target.includes('/versions'))).toBe(true);
  if (!id) return;
  expect((await subject.getSecret(id, context)).getValue()).toMatch(/^the value of/);
  expect(await subject.getSecretVersion(id, context)).toMatch(/^[0-9a-f]{32}$/);
});

test('are refused for a secret that does not exist', async () => {
  await expect(providerFor(azure, open).referTo?.('gone', freshContext())).rejects.toThrow(SecretNotFoundError);
});

test.each([
  'closed',
  'tea',
  'singles',
  '',
  '*',
  'team-*',
  'team-mail/',
  'team-mail/versions',
  'team-mail?x',
  '../secrets/closed',
  'team-mail\u0000',
  'ref:team-mail',
])('never lead to what is not open: %j', async (reference) => {
  await expect(providerFor(azure, open).referTo?.(reference, freshContext())).rejects.toThrow(InvalidReferenceError);
  expect(azure.vault.requests).toEqual([]);
});

test.each(['secret-store-of-another', 'SECRET-STORE-of-another', 'Secret-Store-Of-Another'])(
  'never lead to a secret of the store, even where all names are open: %s',
  async (reference) => {
    const subject = providerFor(azure, { reference_names: '*' });
    await expect(subject.referTo?.(reference, freshContext())).rejects.toThrow(InvalidReferenceError);
    const forged = { getProviderKey: () => `ref:${reference}` };
    await expect(subject.getSecret(forged, freshContext())).rejects.toThrow(InvalidReferenceError);
    expect(azure.vault.requests).toEqual([]);
  },
);

test('are checked again in each call: a name that is no longer allowed is not read', async () => {
  const context = freshContext();
  const id = await providerFor(azure, open).referTo?.('team-mail', context);
  if (!id) throw new Error('no identifier');
  azure.reset();
  for (const subject of [providerFor(azure), providerFor(azure, { reference_names: 'single' })]) {
    await expect(subject.getSecret(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.getSecretVersion(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.secretLastUpdated(id, context)).rejects.toThrow(InvalidReferenceError);
  }
  expect(azure.vault.requests).toEqual([]);
});

test("never change or delete other people's secrets", async () => {
  const context = freshContext();
  const subject = providerFor(azure, open);
  const id = await subject.referTo?.('team-mail', context);
  if (!id) throw new Error('no identifier');
  azure.reset();
  await expect(subject.updateSecret(id, 'forged', context)).rejects.toThrow(InvalidReferenceError);
  await expect(subject.deleteSecret(id, context)).rejects.toThrow(InvalidReferenceError);
  expect(azure.vault.requests).toEqual([]);
});
