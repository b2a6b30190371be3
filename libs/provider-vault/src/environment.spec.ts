import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { everything } from './testing/fake/fake-policy.ts';
import { FakeVault } from './testing/fake/fake-vault.ts';
import { selfSigned } from './testing/self-signed.ts';
import { configurationFor } from './testing/test-provider.ts';

const value = 'value-that-nobody-may-print';
let directory: string;
let vault: FakeVault;
let secureVault: FakeVault;
let stranger: FakeVault;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provider-vault-'));
  await writeFile(join(directory, 'ca.pem'), selfSigned.cert);
  await bundleProgram(
    fileURLToPath(new URL('testing/plugin-child.ts', import.meta.url)),
    join(directory, 'child.mjs'),
    {
      npmPackages: 'bundled',
    },
  );
  vault = await FakeVault.start();
  secureVault = await FakeVault.start({ tls: selfSigned });
  stranger = await FakeVault.start();
});

beforeEach(() => [vault, secureVault, stranger].forEach((each) => each.reset()));

afterAll(async () => {
  await Promise.all([vault, secureVault, stranger].map((each) => each.close()));
  await rm(directory, { recursive: true });
});

test('takes no address, token, namespace, prefix or proxy from the environment', async () => {
  const { stdout } = await runChild(vault, {
    VAULT_ADDR: stranger.address,
    VAULT_TOKEN: 'token-of-the-environment',
    VAULT_NAMESPACE: 'elsewhere',
    VAULT_PREFIX: '/elsewhere',
    HTTP_PROXY: stranger.address,
    http_proxy: stranger.address,
    NODE_USE_ENV_PROXY: '1',
  });
  expect(stdout).toBe('same value');
  expect(stranger.requests).toEqual([]);
  expect(vault.requests.every(({ headers }) => headers['x-vault-token'] === vault.token)).toBe(true);
  expect(vault.requests.filter(({ headers }) => 'x-vault-namespace' in headers)).toEqual([]);
});

test('does not use a token from the environment when it logs in with a credential', async () => {
  vault.logins.roles.push({
    mount: 'approle',
    body: { role_id: 'role', secret_id: 'secret-of-the-role' },
    refusal: { status: 400 },
    token: { rules: everything },
  });
  const login = { vault_token: '', vault_role_id: 'role', vault_secret_id: 'secret-of-the-role' };
  const { stdout, stderr } = await runChild(vault, { VAULT_TOKEN: 'token-of-the-environment', DEBUG: '*' }, login);
  expect(stdout).toBe('same value');
  expect(stderr).not.toMatch(/secret-of-the-role|s\.[0-9a-f-]{36}/);
  expect(JSON.stringify(vault.requests)).not.toContain('token-of-the-environment');
  expect(vault.requestsTo(/\/login$/).map(({ headers }) => headers['x-vault-token'])).toEqual([undefined]);
});

test('prints neither value nor token when debug output is switched on', async () => {
  const { stdout, stderr } = await runChild(vault, { DEBUG: '*', DEBUG_DEPTH: '9' });
  expect(stdout).toBe('same value');
  expect(stderr).not.toContain(value);
  expect(stderr).not.toContain(vault.token);
});

test.each([{ VAULT_SKIP_VERIFY: 'true' }, { VAULT_SKIP_VERIFY: 'false' }, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }])(
  'sends nothing to a server whose certificate it cannot verify, whatever %j says',
  async (environment) => {
    const { stdout } = await runChild(secureVault, environment);
    expect(stdout).toBe('VaultProblemError: the vault failed: certificate');
    expect(secureVault.requests).toEqual([]);
  },
);

test('talks to a server whose certificate is trusted', async () => {
  const { stdout } = await runChild(secureVault, { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') });
  expect(stdout).toBe('same value');
});

const runChild = async (server: FakeVault, environment: Record<string, string>, keys: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [join(directory, 'child.mjs')], { env: environment, stdio: 'pipe' });
  const configuration = Object.fromEntries(configurationFor(server, keys));
  child.stdin.end(JSON.stringify({ configuration, value }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
};
