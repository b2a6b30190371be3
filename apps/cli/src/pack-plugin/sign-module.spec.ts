import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseTrustedKeys, verifyModuleSignature } from '@secret-store/plugin-host';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandProblem } from '@secret-store/command-line';
import { packPlugin } from './pack-plugin.ts';
import { signModule } from './sign-module.ts';
import { createSigningKey, readSigningKey, trustedKeyOf } from '../create-signing-key/signing-key.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'sign-'));
});
afterEach(() => rmSync(base, { recursive: true }));

/** As a store does it that was given nothing but the line for its setting. */
const verifies = (trusted: string, sha256: string, signature: string): boolean => {
  try {
    verifyModuleSignature(sha256, signature, parseTrustedKeys(trusted) ?? []);
    return true;
  } catch {
    return false;
  }
};

const project = (source: string) => {
  const directory = path.join(base, 'provider');
  mkdirSync(path.join(directory, 'src'), { recursive: true });
  const secretProvider = {
    interfaceVersion: '1.0.0',
    entry: 'plugin.mjs',
    factories: { TestFactory: { displayName: 'Test' } },
  };
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'signed', version: '1.0.0', secretProvider }),
  );
  writeFileSync(path.join(directory, 'src/plugin.ts'), source);
  return { directory, outDirectory: path.join(base, 'out') };
};

describe('a signing key', () => {
  test('is readable by its owner alone, and its public half is 32 bytes', async () => {
    const file = path.join(base, 'key.pem');
    const trusted = await createSigningKey(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(trusted, 'base64')).toHaveLength(32);
    expect(trustedKeyOf(await readSigningKey(file))).toBe(trusted);
  });

  test('is never written over a file that is there', async () => {
    const file = path.join(base, 'key.pem');
    await createSigningKey(file);
    const before = readFileSync(file, 'utf8');
    await expect(createSigningKey(file)).rejects.toThrow(CommandProblem);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('that others may read is refused', async () => {
    const file = path.join(base, 'key.pem');
    await createSigningKey(file);
    chmodSync(file, 0o640);
    await expect(readSigningKey(file)).rejects.toThrow(/chmod 600/);
  });

  test.each([
    [
      'of another kind',
      () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
    ['that is none', () => 'not a key'],
  ])('%s is refused, and not quoted', async (_what, content) => {
    const file = path.join(base, 'key.pem');
    writeFileSync(file, content(), { mode: 0o600 });
    const error = await readSigningKey(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandProblem);
    expect(String(error)).not.toContain(String(content()).split('\n')[1] ?? 'not a key');
  });
});

describe('a signature', () => {
  test('is that of the packed file, and of no other', async () => {
    const trusted = await createSigningKey(path.join(base, 'key.pem'));
    const signingKey = await readSigningKey(path.join(base, 'key.pem'));
    const { sha256, signatureFile } = await packPlugin({ ...project('export class TestFactory {}'), signingKey });
    const signature = readFileSync(signatureFile ?? '', 'utf8');
    expect(signature).toMatch(/^[A-Za-z0-9+/]{86}==$/);
    expect(verifies(trusted, sha256, signature)).toBe(true);
    expect(verifies(trusted, 'ab'.repeat(32), signature)).toBe(false);
    const stranger = trustedKeyOf(generateKeyPairSync('ed25519').privateKey);
    expect(verifies(stranger, sha256, signature)).toBe(false);
    expect(signModule(sha256, signingKey)).toBe(signature);
  });

  test('does not stay beside other bytes than those that it signs', async () => {
    await createSigningKey(path.join(base, 'key.pem'));
    const signingKey = await readSigningKey(path.join(base, 'key.pem'));
    const { signatureFile } = await packPlugin({ ...project('export class TestFactory {}'), signingKey });
    await packPlugin(project('export class TestFactory {}'));
    expect(existsSync(signatureFile ?? '')).toBe(true);
    const { signatureFile: none } = await packPlugin(project('export class TestFactory { changed = true }'));
    expect(none).toBeNull();
    expect(existsSync(signatureFile ?? '')).toBe(false);
  });
});
