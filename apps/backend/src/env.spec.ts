import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './env.ts';

const needed = {
  SECRET_STORE_BACKEND_DIRECTORY: '/data/backend',
  SECRET_STORE_SANDBOX_DIRECTORY: '/dist/sandbox',
  DATABASE_URL: 'postgresql://hunter2@localhost/secret_store',
};

const problemOf = (environment: Record<string, string>): string => {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
};

describe('readSettings', () => {
  it('listens on this machine alone by default', () => {
    expect(readSettings({ ...needed, SECRET_STORE_PUBLIC_URL: '' })).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      isolation: 'auto',
      publicUrl: null,
      tls: null,
    });
  });

  it('refuses to listen for other machines without TLS', () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'store.example.com', '127.evil.example']) {
      const environment = { ...needed, SECRET_STORE_HOST: host };
      expect(problemOf(environment)).toContain('SECRET_STORE_TLS_CERT');
      expect(problemOf({ ...environment, SECRET_STORE_PUBLIC_URL: 'http://store.example.com' })).toContain('https');
      const https = { ...environment, SECRET_STORE_PUBLIC_URL: 'https://store.example.com' };
      expect(problemOf(https)).toContain('SECRET_STORE_TRUSTED_PROXIES');
      expect(readSettings({ ...https, SECRET_STORE_TRUSTED_PROXIES: '192.0.2.7' }).isolation).toBe('strict');
    }
  });

  it('has no development mode by default, and refuses it where other machines can reach the store', () => {
    expect(readSettings(needed).development).toBe(false);
    const environment = { ...needed, SECRET_STORE_DEVELOPMENT: 'true' };
    expect(readSettings({ ...environment, SECRET_STORE_PUBLIC_URL: 'http://localhost:4000' }).development).toBe(true);
    for (const reachable of [
      {
        SECRET_STORE_HOST: '0.0.0.0',
        SECRET_STORE_PUBLIC_URL: 'https://store.example.com',
        SECRET_STORE_TRUSTED_PROXIES: '192.0.2.7',
      },
      { SECRET_STORE_HOST: '0.0.0.0', SECRET_STORE_TLS_CERT: '/certificate', SECRET_STORE_TLS_KEY: '/key' },
      { SECRET_STORE_PUBLIC_URL: 'https://store.example.com' },
    ]) {
      expect(problemOf({ ...environment, ...reachable })).toContain('SECRET_STORE_DEVELOPMENT');
    }
  });

  it('lets plugins have files from /var/run/secrets by default, and from absolute folders only', () => {
    expect(readSettings(needed).pluginFileRoots).toEqual(['/var/run/secrets']);
    expect(readSettings({ ...needed, SECRET_STORE_PLUGIN_FILE_ROOTS: '/one:/two/three' }).pluginFileRoots).toEqual([
      '/one',
      '/two/three',
    ]);
    expect(problemOf({ ...needed, SECRET_STORE_PLUGIN_FILE_ROOTS: '/one:hunter2' })).toMatch(
      /^SECRET_STORE_PLUGIN_FILE_ROOTS must list absolute/,
    );
  });

  it('reads trusted keys in base64, hexadecimal and PEM, and refuses what is none', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const list = `${raw.toString('base64')},${raw.toString('hex')} ${pem}`;
    const { trustedKeys } = readSettings({ ...needed, SECRET_STORE_PLUGIN_TRUSTED_KEYS: list });
    expect(trustedKeys.map((key) => key.export({ format: 'pem', type: 'spki' }))).toEqual([pem, pem, pem]);
    expect(readSettings(needed).trustedKeys).toEqual([]);
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const bad of [
      'hunter2',
      raw.toString('base64').slice(4),
      rsa.export({ format: 'pem', type: 'spki' }).toString(),
    ]) {
      expect(problemOf({ ...needed, SECRET_STORE_PLUGIN_TRUSTED_KEYS: bad })).toMatch(
        /^SECRET_STORE_PLUGIN_TRUSTED_KEYS must list Ed25519/,
      );
    }
  });

  it('reads trusted proxies as addresses and networks, and believes nobody by default', () => {
    expect(readSettings(needed).trustedProxies.isEmpty).toBe(true);
    const given = { ...needed, SECRET_STORE_TRUSTED_PROXIES: '192.0.2.7, 10.0.0.0/8 fd00::/8' };
    const { trustedProxies } = readSettings(given);
    const addresses = [
      '192.0.2.7',
      '::ffff:192.0.2.7',
      '10.9.8.7',
      'fd12::1',
      '192.0.2.8',
      '::1',
      'hunter2',
      undefined,
    ];
    expect(addresses.map((address) => trustedProxies.includes(address))).toEqual([
      ...[true, true, true, true, false, false, false, false],
    ]);
    for (const bad of ['hunter2', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'proxy.example.com', '::/129']) {
      expect(problemOf({ ...needed, SECRET_STORE_TRUSTED_PROXIES: bad })).toMatch(
        /^SECRET_STORE_TRUSTED_PROXIES must list/,
      );
    }
  });

  it('wants a certificate with its key', () => {
    expect(problemOf({ ...needed, SECRET_STORE_TLS_CERT: '/cert.pem' })).toContain('SECRET_STORE_TLS_KEY');
  });

  it('names a bad setting and not its value', () => {
    const message = problemOf({
      DATABASE_URL: needed.DATABASE_URL,
      SECRET_STORE_PORT: 'hunter2',
      SECRET_STORE_PLUGIN_ISOLATION: 'hunter2',
    });
    for (const name of ['SECRET_STORE_PORT', 'SECRET_STORE_PLUGIN_ISOLATION', 'SECRET_STORE_BACKEND_DIRECTORY']) {
      expect(message).toContain(name);
    }
    expect(message).not.toContain('hunter2');
  });

  it('does not pretend to check signatures of modules', () => {
    expect(problemOf({ ...needed, SECRET_STORE_PLUGIN_TRUSTED_KEYS: 'a-key' })).toContain(
      'SECRET_STORE_PLUGIN_TRUSTED_KEYS',
    );
  });
});
