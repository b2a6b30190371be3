import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chained } from '../testing/chained.ts';
import { FakeVault } from '../testing/fake/fake-vault.ts';
import { selfSigned, strangersCertificate } from '../testing/self-signed.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';

let plain: FakeVault;
let secure: FakeVault;
let mutual: FakeVault;
let issued: FakeVault;
const ownAuthority = { vault_ca_certificate: selfSigned.cert };

beforeAll(async () => {
  plain = await FakeVault.start();
  secure = await FakeVault.start({ tls: selfSigned });
  issued = await FakeVault.start({ tls: { cert: chained.cert, key: chained.key } });
  mutual = await FakeVault.start({
    tls: { ...selfSigned, requestCert: true, rejectUnauthorized: true, ca: selfSigned.cert },
  });
});

beforeEach(() => [plain, secure, mutual, issued].forEach((each) => each.reset()));

afterAll(() => Promise.all([plain, secure, mutual, issued].map((each) => each.close())));

test.each([
  ['as it is', selfSigned.cert],
  ['after a field of one line', selfSigned.cert.replaceAll('\n', ' ')],
  ['after a field that dropped its line breaks', selfSigned.cert.replaceAll('\n', '')],
])('trusts an own authority, %s', async (_what, vault_ca_certificate) => {
  await testProvider(secure, { vault_ca_certificate }).createSecret('value', freshContext());
});

test('trusts an intermediate authority without its root', async () => {
  const keys = { vault_ca_certificate: chained.intermediate };
  await testProvider(issued, keys).createSecret('value', freshContext());
});

test.each([
  ['no authority of it', {}],
  ['another authority', { vault_ca_certificate: strangersCertificate.cert }],
])('sends nothing to a server when it was given %s', async (_what, keys) => {
  await expect(testProvider(secure, keys).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'certificate',
  });
  expect(secure.requests).toEqual([]);
});

test('sends nothing to a server whose certificate is for another name', async () => {
  const server = { address: secure.address.replace('127.0.0.1', 'localhost'), token: secure.token };
  await expect(testProvider(server, ownAuthority).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'certificate',
  });
  expect(secure.requests).toEqual([]);
});

test('presents its certificate to a server that asks for one', async () => {
  const client = { vault_client_certificate: selfSigned.cert, vault_client_key: selfSigned.key };
  await testProvider(mutual, { ...ownAuthority, ...client }).createSecret('value', freshContext());
});

test.each([
  ['no certificate', {}, 'certificate'],
  [
    // Node's server closes the connection without a reason; a server that gives one is handled as in the row above.
    "a stranger's certificate",
    { vault_client_certificate: strangersCertificate.cert, vault_client_key: strangersCertificate.key },
    'unreachable',
  ],
])('sends nothing to a server that refuses %s', async (_what, client, problem) => {
  await expect(
    testProvider(mutual, { ...ownAuthority, ...client }).createSecret('value', freshContext()),
  ).rejects.toMatchObject({
    problem,
  });
  expect(mutual.requests).toEqual([]);
});

test('says that a server is unreachable if it does not speak TLS or does not listen', async () => {
  const wrongScheme = { address: plain.address.replace('http:', 'https:'), token: plain.token };
  for (const server of [wrongScheme, { address: 'http://127.0.0.1:1', token: 'token' }]) {
    await expect(testProvider(server).createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'unreachable',
    });
  }
});
