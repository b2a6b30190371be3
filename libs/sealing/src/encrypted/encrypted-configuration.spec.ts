import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SealingError } from '../encoding/sealing-error.ts';
import { createKeyRing, deriveKey, parseKeyRing } from '../keys/key-ring.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import type { ConfigurationBinding } from '../sealed/binding.ts';
import { decryptConfiguration, encryptConfiguration } from './encrypted-configuration.ts';

const ringJson = createKeyRing();
const ring = parseKeyRing(ringJson);
const plaintext = Buffer.from('{"vault_token":"hunter2"}');
const binding: ConfigurationBinding = {
  type: 'provider-configuration',
  providerId: 'provider-1',
  revision: 4,
  moduleSha256: 'a'.repeat(64),
  factoryClassName: 'VaultSecretProviderFactory',
  destinations: ['vault.example.com:8200'],
};
const encrypted = encryptConfiguration(ring, binding, plaintext);

describe('encrypted configuration', () => {
  it('decrypts for its own binding, draft or not', () => {
    expect(Buffer.from(decryptConfiguration(ring, binding, encrypted)).equals(plaintext)).toBe(true);
    const draft = { type: 'provider-configuration-draft', providerId: 'provider-1', revision: 1 } as const;
    const kept = encryptConfiguration(ring, draft, plaintext);
    expect(Buffer.from(decryptConfiguration(ring, draft, kept)).equals(plaintext)).toBe(true);
  });

  it.each<[string, Partial<ConfigurationBinding>]>([
    ['provider', { providerId: 'provider-2' }],
    ['revision', { revision: 3 }],
    ['module', { moduleSha256: 'b'.repeat(64) }],
    ['factory', { factoryClassName: 'Other' }],
    ['destination', { destinations: ['attacker.example.com:8200'] }],
    ['list of destinations', { destinations: ['vault.example.com:8200', 'attacker.example.com:8200'] }],
  ])('is rejected for another %s', (_, change) => {
    expect(() => decryptConfiguration(ring, { ...binding, ...change }, encrypted)).toThrow(
      expect.objectContaining({ code: 'BAD_CIPHERTEXT' }),
    );
  });

  it('is rejected as a draft, so that a module cannot be left out', () => {
    const draft = {
      type: 'provider-configuration-draft',
      providerId: binding.providerId,
      revision: binding.revision,
    } as const;
    expect(() => decryptConfiguration(ring, draft, encrypted)).toThrow(
      expect.objectContaining({ code: 'BAD_CIPHERTEXT' }),
    );
  });

  it('is rejected with a flipped bit anywhere', () => {
    const accepted = [...singleBitChanges(encrypted)].filter(({ changed }) => {
      try {
        decryptConfiguration(ring, binding, changed);
        return true;
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  it('is rejected under another key ring', () => {
    const other = parseKeyRing(createKeyRing());
    expect(() => decryptConfiguration(other, binding, encrypted)).toThrow(expect.objectContaining({ code: 'NO_KEY' }));
  });

  it('is different each time', () => {
    const again = encryptConfiguration(ring, binding, plaintext);
    expect(again.salt).not.toBe(encrypted.salt);
    expect(again.ciphertext).not.toBe(encrypted.ciphertext);
  });
});

describe('key ring', () => {
  it('derives one key for one purpose, the same after a restart', () => {
    expect(deriveKey(ring, 'api-key-hash').equals(deriveKey(parseKeyRing(ringJson), 'api-key-hash'))).toBe(true);
    expect(deriveKey(ring, 'api-key-hash').equals(deriveKey(ring, 'session'))).toBe(false);
    expect(deriveKey(ring, 'api-key-hash')).toHaveLength(32);
  });

  it('still opens what the former primary key encrypted, and derives the same keys', () => {
    const newer = createKeyRing();
    const rotated = parseKeyRing({
      ...ringJson,
      primary: newer.primary,
      keys: Object.assign({}, ringJson.keys, newer.keys),
    });
    expect(Buffer.from(decryptConfiguration(rotated, binding, encrypted)).equals(plaintext)).toBe(true);
    expect(encryptConfiguration(rotated, binding, plaintext).keyId).toBe(newer.primary);
    expect(deriveKey(rotated, 'session').equals(deriveKey(ring, 'session'))).toBe(true);
  });

  it('refuses a ring without its primary key, and reveals no key when it is printed', () => {
    expect(() => parseKeyRing({ ...ringJson, primary: '0'.repeat(16) })).toThrow(
      expect.objectContaining({ code: 'BAD_KEY' }),
    );
    const [key] = Object.values(Object.assign({}, ringJson.keys));
    expect(inspect(ring, { depth: 9, showHidden: true }) + JSON.stringify(ring)).not.toContain(String(key));
  });
});
