import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeAzure } from './testing/fake-azure.ts';

const value = 'value-that-nobody-may-print';
let directory: string;
let azure: FakeAzure;
let stranger: FakeAzure;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provider-azure-'));
  await bundleProgram(
    fileURLToPath(new URL('testing/plugin-child.ts', import.meta.url)),
    join(directory, 'child.mjs'),
    {
      npmPackages: 'bundled',
    },
  );
  azure = await FakeAzure.start();
  stranger = await FakeAzure.start();
});

beforeEach(() => [azure, stranger].forEach((each) => each.reset()));

afterAll(async () => {
  await Promise.all([azure, stranger].map((each) => each.close()));
  await rm(directory, { recursive: true });
});

test('takes no login service, application, tenant or proxy from the environment', async () => {
  const { stdout } = await runChild(azure.configuration, {
    AZURE_AUTHORITY_HOST: stranger.entra.address,
    AZURE_TENANT_ID: 'elsewhere',
    AZURE_CLIENT_ID: 'elsewhere',
    AZURE_CLIENT_SECRET: 'elsewhere',
    AZURE_ADDITIONALLY_ALLOWED_TENANTS: '*',
    HTTPS_PROXY: stranger.vault.address,
    https_proxy: stranger.vault.address,
    ALL_PROXY: stranger.vault.address,
    NODE_USE_ENV_PROXY: '1',
  });
  expect(stdout).toBe('same value');
  expect([...stranger.vault.requests, ...stranger.entra.requests]).toEqual([]);
});

test.each([
  { AZURE_LOG_LEVEL: 'verbose', DEBUG: '*', DEBUG_DEPTH: '9' },
  { DEBUG: 'azure*,typeSpecRuntime*,msal*', TYPESPEC_RUNTIME_LOG_LEVEL: 'verbose' },
])('prints nothing when debug output is switched on: %j', async (environment) => {
  const { stdout, stderr } = await runChild(azure.configuration, environment);
  expect(stdout).toBe('same value');
  expect(stderr).toBe('');
});

test('prints nothing about an error either when debug output is switched on', async () => {
  azure.vault.always(({ method, body }) =>
    method === 'PUT' ? { status: 400, body: { error: { code: 'X', message: body } } } : 'pass',
  );
  const environment = { AZURE_LOG_LEVEL: 'verbose', DEBUG: '*', TYPESPEC_RUNTIME_LOG_LEVEL: 'verbose' };
  const { stdout, stderr } = await runChild(azure.configuration, environment);
  expect(stdout).toBe('VaultProblemError: the vault failed: unexpected-answer');
  expect(stderr).toBe('');
});

test('sends nothing to a server whose certificate it cannot verify, whatever the environment says', async () => {
  const configuration = { ...azure.configuration, ca_certificate: '' };
  const { stdout } = await runChild(configuration, { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' });
  expect(stdout).toBe('VaultProblemError: the vault failed: certificate');
  expect([...azure.vault.requests, ...azure.entra.requests]).toEqual([]);
});

const runChild = async (configuration: Record<string, string>, environment: Record<string, string>) => {
  const child = spawn(process.execPath, [join(directory, 'child.mjs')], { env: environment, stdio: 'pipe' });
  child.stdin.end(JSON.stringify({ configuration, value }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
};
