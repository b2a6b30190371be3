import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AzureKeyVaultSecretProviderFactory } from '../azure-key-vault-secret-provider-factory.ts';
import { clientCertificate } from '../testing/certificates.ts';
import { FakeAzure } from '../testing/fake-azure.ts';
import { freshContext, providerFor } from '../testing/provider-for.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await FakeAzure.start();
});

beforeEach(() => {
  azure.reset();
  azure.entra.lifetimeSeconds = 3_599;
});

afterAll(() => azure.close());

test.each([
  ['its secret', () => ({}), 0],
  [
    'a certificate',
    () => ({ client_secret: '', client_certificate: `${clientCertificate.cert}${clientCertificate.key}` }),
    0,
  ],
  ['a federated token', () => ({ client_secret: '', federated_token: `${azure.entra.federatedToken}\n` }), 300],
])('proves the application by %s', async (_what, keys, ttl) => {
  const subject = providerFor(azure, keys());
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  expect(subject.getTtl()).toBe(ttl);
  const form = new URLSearchParams(azure.entra.requests.at(-1)?.body);
  expect(form.get('scope')).toContain('https://vault.azure.net/.default');
  expect(form.has('client_secret')).toBe(ttl === 0 && form.get('client_assertion') === null);
});

test.each([
  ['a wrong secret', () => ({ client_secret: 'wrong' })],
  ['a token that is not trusted', () => ({ client_secret: '', federated_token: 'e30.e30.d3Jvbmc' })],
  ['an unknown application', () => ({ client_id: 'unknown' })],
  ['an unknown tenant', () => ({ tenant_id: '00000000-0000-0000-0000-000000000000' })],
])('says that it is not authenticated with %s', async (_what, keys) => {
  await expect(providerFor(azure, keys()).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'not-authenticated',
  });
});

test('says that it is not authenticated if the login service does not know the tenant', async () => {
  azure.entra.always(() => ({ status: 404, body: { error: { code: 'invalid_tenant', message: '' } } }));
  await expect(providerFor(azure).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'not-authenticated',
  });
});

test('logs in again if the vault no longer accepts its token', async () => {
  const subject = providerFor(azure);
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  azure.entra.tokens.clear();
  azure.entra.reset();
  expect(await subject.deleteSecret(id, context)).toBe(true);
  expect(azure.entra.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('says that it is not authenticated if the vault accepts none of its tokens', async () => {
  const subject = providerFor(azure);
  azure.vault.always((request) => azure.vault.answer({ ...request, headers: {} }));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'not-authenticated' });
  expect(azure.entra.requests.filter(({ method }) => method === 'POST').length).toBeLessThan(4);
});

test('requests one token and keeps it, also for many concurrent calls', async () => {
  const subject = providerFor(azure);
  await Promise.all(Array.from({ length: 8 }, () => subject.createSecret('value', freshContext())));
  await subject.createSecret('value', freshContext());
  expect(azure.entra.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('renews a token that is about to expire, and uses it until then if the login service is down', async () => {
  azure.entra.lifetimeSeconds = 240;
  const subject = providerFor(azure);
  await subject.createSecret('value', freshContext());
  azure.reset();
  await subject.createSecret('value', freshContext());
  expect(azure.entra.requests.some(({ method }) => method === 'POST')).toBe(true);
  azure.entra.always(() => ({ status: 503 }));
  await subject.createSecret('value', freshContext());
});

test.each([
  ['throttled', 429, 'throttled'],
  ['out', 503, 'unavailable'],
  ['no login service', 404, 'unexpected-answer'],
])('says that the login service is %s', async (_what, status, problem) => {
  azure.entra.always(() => ({ status, headers: { 'Retry-After': '60' } }));
  await expect(providerFor(azure).createSecret('value', freshContext())).rejects.toMatchObject({ problem });
});

test('never lets a challenge choose the tenant', async () => {
  azure.vault.always((request) =>
    request.headers.authorization
      ? 'pass'
      : {
          status: 401,
          headers: {
            'WWW-Authenticate': `Bearer authorization="${azure.entra.address}/attacker", resource="https://vault.azure.net"`,
          },
        },
  );
  await providerFor(azure).createSecret('value', freshContext());
  expect(azure.entra.requests.filter(({ target }) => target.includes('attacker'))).toEqual([]);
});

test.each(['https://management.azure.com', 'https://graph.microsoft.com', 'no URL', 'https://azure.net'])(
  'asks for no token for %s, no matter who wants one',
  async (resource) => {
    azure.vault.always((request) =>
      request.headers.authorization
        ? 'pass'
        : {
            status: 401,
            headers: { 'WWW-Authenticate': `Bearer authorization="${azure.entra.address}/t", resource="${resource}"` },
          },
    );
    await expect(providerFor(azure).createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'unexpected-answer',
    });
    expect(azure.entra.requests).toEqual([]);
  },
);

test('sends no token to a vault outside the domain it asks a token for, unless configured to', async () => {
  const keys = { ...azure.configuration, verify_challenge_resource: 'true' };
  const subject = new AzureKeyVaultSecretProviderFactory().create(new Map(Object.entries(keys)));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unexpected-answer' });
  expect(azure.entra.requests).toEqual([]);
  expect(azure.vault.requests.filter(({ headers }) => headers.authorization)).toEqual([]);
});

test('sends the client secret only to the configured login service', async () => {
  const stranger = await FakeAzure.start();
  azure.entra.tokenOrigin = stranger.entra.address;
  await expect(providerFor(azure).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'redirected',
  });
  azure.entra.tokenOrigin = undefined;
  expect(stranger.entra.requests).toEqual([]);
  await stranger.close();
});
