import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FakeSecretsManager } from '@secret-store/provider-aws-secrets-manager/testing';
import { FakeAzure } from '@secret-store/provider-azure-key-vault/testing';
import { FakeSecretManager } from '@secret-store/provider-google-secret-manager/testing';
import { FakeKubernetes } from '@secret-store/provider-kubernetes-secrets/testing';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from '../pack-plugin/pack-plugin.ts';
import { buildConformanceCommand, type ConformanceCommand } from './testing/conformance-command.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
let base: string;
let command: ConformanceCommand;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'conformance-shipped-'));
  command = await buildConformanceCommand();
});
afterAll(() => {
  command.remove();
  rmSync(base, { recursive: true });
});

const conforms = async (project: string, configuration: Record<string, string>, words: readonly string[] = []) => {
  const { file } = await packPlugin({ directory: path.join(root, 'libs', project), outDirectory: base });
  const pairs = Object.entries(configuration).map(([key, value]) => `${key}=${value}`);
  const { status, stdout, stderr } = await command.run([file, ...words, '--config', ...pairs]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('isolation: bubblewrap, the full sandbox');
  expect(stdout).toMatch(/\d+ passed, \d+ ruled out, 0 failed/);
  return stdout;
};

test('the provider for AWS Secrets Manager packs, and conforms in the full sandbox', async () => {
  const fake = await FakeSecretsManager.start();
  const stdout = await conforms('provider-aws-secrets-manager', fake.configuration);
  expect(fake.secrets.names).toEqual([]);
  expect(stdout).not.toContain(fake.account.secretAccessKey);
  await fake.close();
}, 120_000);

test('the provider for Google Cloud Secret Manager packs, and conforms in the full sandbox', async () => {
  const fake = await FakeSecretManager.start();
  const stdout = await conforms('provider-google-secret-manager', fake.configuration);
  expect([...fake.secrets.stored.keys()]).toEqual([]);
  expect(stdout).not.toContain('PRIVATE KEY');
  await fake.close();
}, 120_000);

test('tokens of the platform come from files, and are exchanged from within the sandbox', async () => {
  const file = path.join(base, 'token');
  const oneCheck = ['--only', 'gives back an updated value'];
  const aws = await FakeSecretsManager.start();
  writeFileSync(file, aws.tokens.configuration.aws_web_identity_token);
  await conforms('provider-aws-secrets-manager', { ...aws.roleConfiguration, aws_web_identity_token: file }, oneCheck);
  expect(aws.tokens.exchanges).toBe(2);
  await aws.close();
  const google = await FakeSecretManager.start();
  const { federated_token = '' } = google.federatedConfiguration;
  writeFileSync(file, federated_token);
  await conforms(
    'provider-google-secret-manager',
    { ...google.federatedConfiguration, federated_token: file },
    oneCheck,
  );
  expect(google.tokens.exchanges).toBe(2);
  await google.close();
}, 120_000);

test('the provider for Kubernetes Secrets packs, and conforms in the full sandbox', async () => {
  const fake = await FakeKubernetes.start();
  const stdout = await conforms('provider-kubernetes-secrets', fake.configuration);
  expect(fake.secrets.all()).toEqual([]);
  expect(stdout).not.toContain(fake.token);
  await fake.close();
}, 120_000);

test('the provider for Azure Key Vault packs, and conforms in the full sandbox', async () => {
  const fake = await FakeAzure.start();
  const stdout = await conforms('provider-azure-key-vault', fake.configuration);
  expect(stdout).not.toContain(fake.entra.clientSecret);
  await fake.close();
}, 120_000);

test('the provider for HashiCorp Vault packs, and conforms in the full sandbox', async () => {
  const fake = await FakeVault.start();
  const configuration = { vault_addr: fake.address, vault_token: fake.token, vault_secret_path: 'secret/conformance' };
  const stdout = await conforms('provider-vault', configuration);
  expect(stdout).not.toContain(fake.token);
  await fake.close();
}, 120_000);
