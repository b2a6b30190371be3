import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FakeSecretsManager } from '@secret-store/provider-aws-secrets-manager/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from '../pack-plugin/pack-plugin.ts';
import { buildConformanceCommand, type ConformanceCommand } from './testing/conformance-command.ts';

let base: string;
let command: ConformanceCommand;
let fake: FakeSecretsManager;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'conformance-aws-'));
  command = await buildConformanceCommand();
  fake = await FakeSecretsManager.start();
});
afterAll(async () => {
  await fake.close();
  command.remove();
  rmSync(base, { recursive: true });
});

test('an SDK that we did not write packs, and conforms in the full sandbox', async () => {
  const directory = path.resolve(import.meta.dirname, '../../../../libs/provider-aws-secrets-manager');
  const { file } = await packPlugin({ directory, outDirectory: base });
  const pairs = Object.entries(fake.configuration).map(([key, value]) => `${key}=${value}`);
  const { status, stdout, stderr } = await command.run([file, '--config', ...pairs]);
  expect(stdout).toContain('isolation: bubblewrap, the full sandbox');
  expect(stdout).toMatch(/\d+ passed, \d+ ruled out, 0 failed/);
  expect({ status, stderr, left: fake.secrets.names }).toEqual({ status: 0, stderr: '', left: [] });
  expect(stdout).not.toContain(fake.account.secretAccessKey);
}, 120_000);
