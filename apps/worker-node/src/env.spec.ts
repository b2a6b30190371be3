import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readDaemonSettings } from './daemon-env.ts';
import { readExecSettings } from './env.ts';
import { SettingError } from './errors/setting-error.ts';

beforeEach(() => {
  vi.stubEnv('SECRET_STORE_WORKER_DIRECTORY', '/data/worker');
  vi.stubEnv('SECRET_STORE_SANDBOX_DIRECTORY', '/sandbox');
  vi.stubEnv('SECRET_STORE_BACKEND_URL', 'http://127.0.0.1:4000');
  vi.stubEnv('SECRET_STORE_PLUGIN_ISOLATION', undefined);
  vi.stubEnv('SECRET_STORE_BACKEND_SOCKET_DIRECTORY', undefined);
});

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['http://127.0.0.1:4000', 'auto'],
  ['http://localhost:4000', 'auto'],
  ['http://[::1]:4000', 'auto'],
  ['https://store.example.com', 'strict'],
  ['https://127.evil.example.com', 'strict'],
])('for a backend at %s isolation is %s by default', (url, isolation) => {
  vi.stubEnv('SECRET_STORE_BACKEND_URL', url);
  expect(readDaemonSettings().isolation).toBe(isolation);
});

test.each(['http://store.example.com', 'file:///etc/passwd', 'store'])('refuses to speak to a backend at %s', (url) => {
  vi.stubEnv('SECRET_STORE_BACKEND_URL', url);
  expect(readDaemonSettings).toThrow(SettingError);
});

test('beside its backend it needs no address, and who else can reach the store is unknown: isolation is strict', () => {
  vi.stubEnv('SECRET_STORE_BACKEND_SOCKET_DIRECTORY', '/data/run');
  vi.stubEnv('SECRET_STORE_BACKEND_URL', undefined);
  expect(readDaemonSettings()).toMatchObject({ backend: { socketDirectory: '/data/run' }, isolation: 'strict' });
});

test('authorities come from a file in PEM, and one that is missing, empty or damaged does not count as none', () => {
  vi.stubEnv('SECRET_STORE_CA_FILE', undefined);
  expect(readDaemonSettings().backend).toMatchObject({ authorities: [] });
  const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-env-'));
  try {
    const file = path.join(folder, 'ca.pem');
    vi.stubEnv('SECRET_STORE_CA_FILE', file);
    expect(readDaemonSettings).toThrow(
      /^SECRET_STORE_CA_FILE must name a file with certificates in PEM: .* cannot be read$/,
    );
    const [one = '', two = ''] = rootCertificates;
    writeFileSync(file, `# two\n${one}\n${two}\n`);
    expect(readDaemonSettings().backend).toMatchObject({
      authorities: [one, two].map((text) => new X509Certificate(text).toString()),
    });
    for (const text of ['', 'hunter2', one.replace(/\n[A-Za-z0-9+/=]+\n-----END/, '\nAAAA\n-----END')]) {
      writeFileSync(file, text);
      expect(readDaemonSettings).toThrow(SettingError);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a setting that is neither auto nor strict does not count as auto', () => {
  vi.stubEnv('SECRET_STORE_PLUGIN_ISOLATION', 'Strict');
  expect(readDaemonSettings).toThrow('SECRET_STORE_PLUGIN_ISOLATION must be auto or strict');
  expect(() => readExecSettings('/checkout')).toThrow(SettingError);
});

test('files for plugins are read from /var/run/secrets by default, and from absolute folders only', () => {
  vi.stubEnv('SECRET_STORE_PLUGIN_FILE_ROOTS', undefined);
  expect(readDaemonSettings().pluginFileRoots).toEqual(['/var/run/secrets']);
  vi.stubEnv('SECRET_STORE_PLUGIN_FILE_ROOTS', '/one:/two/three');
  expect(readDaemonSettings().pluginFileRoots).toEqual(['/one', '/two/three']);
  vi.stubEnv('SECRET_STORE_PLUGIN_FILE_ROOTS', '/one:two');
  expect(readDaemonSettings).toThrow('SECRET_STORE_PLUGIN_FILE_ROOTS must list absolute folders, separated by colons');
});

test('trusted keys are none by default, and one that cannot be read does not count as none', () => {
  vi.stubEnv('SECRET_STORE_PLUGIN_TRUSTED_KEYS', undefined);
  expect(readDaemonSettings().trustedKeys).toEqual([]);
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  vi.stubEnv('SECRET_STORE_PLUGIN_TRUSTED_KEYS', `${key}, ${key}`);
  expect(readDaemonSettings().trustedKeys).toHaveLength(2);
  vi.stubEnv('SECRET_STORE_PLUGIN_TRUSTED_KEYS', `${key},hunter2`);
  expect(readDaemonSettings).toThrow(
    /^SECRET_STORE_PLUGIN_TRUSTED_KEYS must list Ed25519 public keys, each 32 bytes in base64, separated by commas$/,
  );
});

test('exec finds the data directory in the checkout or from the setting, as npm start does', () => {
  vi.stubEnv('SECRET_STORE_WORKER_DIRECTORY', undefined);
  vi.stubEnv('SECRET_STORE_DATA_DIR', undefined);
  expect(readExecSettings('/checkout')).toMatchObject({
    workerDirectory: '/checkout/.secret-store/worker',
    dataDirectories: expect.arrayContaining(['/checkout/.secret-store']),
  });
  vi.stubEnv('SECRET_STORE_DATA_DIR', 'elsewhere');
  expect(readExecSettings('/checkout')).toMatchObject({
    workerDirectory: '/checkout/elsewhere/worker',
    dataDirectories: expect.arrayContaining(['/checkout/elsewhere']),
  });
});

test('exec asks the worker of the configured folder, and hides that folder or the data directory around it', () => {
  vi.stubEnv('SECRET_STORE_DATA_DIR', undefined);
  vi.stubEnv('SECRET_STORE_WORKER_DIRECTORY', '/var/lib/worker');
  expect(readExecSettings('/checkout')).toMatchObject({
    workerDirectory: '/var/lib/worker',
    dataDirectories: expect.arrayContaining(['/var/lib/worker']),
  });
  vi.stubEnv('SECRET_STORE_WORKER_DIRECTORY', '/checkout/.secret-store/worker');
  expect(readExecSettings('/checkout')).toMatchObject({
    dataDirectories: expect.arrayContaining(['/checkout/.secret-store']),
  });
});
