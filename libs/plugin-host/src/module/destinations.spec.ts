import { ConfigurationError } from '@secret-store/provider-sdk';
import { describe, expect, test } from 'vitest';
import { pluginModule } from '../testing/module-file.ts';
import { destinationsOf } from './destinations.ts';
import { requiredKeysOf, secretKeysOf } from './factory.ts';
import { PluginModuleError } from './plugin-module-error.ts';

const module = await pluginModule({
  factories: {
    TestFactory: {
      displayName: 'Test',
      configuration: [
        { key: 'address', required: true },
        { key: 'token', required: true, secret: true },
        { key: 'other' },
      ],
      egress: ['{address}', 'Login.Example.com:443', '{other}'],
    },
  },
});
const destinations = (address: string) => destinationsOf(module, 'TestFactory', new Map([['address', address]]));

describe('destinations', () => {
  test.each([
    ['https://vault.example.com', 'vault.example.com:443'],
    ['http://VAULT.example.com/path?x#y', 'vault.example.com:80'],
    ['https://vault.example.com:8200/', 'vault.example.com:8200'],
    ['http://[2001:DB8::1]:8200', '[2001:db8::1]:8200'],
    ['http://127.1:8200', '127.0.0.1:8200'],
    ['kv://vault.example.com:99', 'vault.example.com:99'],
  ])('%s allows %s', (address, destination) => {
    expect(destinations(address)).toEqual(['login.example.com:443', destination].toSorted());
  });

  test('a missing or empty key allows no destination', () => {
    expect(destinationsOf(module, 'TestFactory', new Map([['address', '']]))).toEqual(['login.example.com:443']);
  });

  test.each(['not a url s3cr3t', 'https://', 'file:///etc/passwd', 'kv://host', 'https://user:s3cr3t@host'])(
    'a key that holds no usable URL is named, its value is not: %s',
    (address) => {
      expect(() => destinations(address)).toThrow(ConfigurationError);
      expect(() => destinations(address)).toThrow(/^configuration key address: must/);
      expect(() => destinations(address)).not.toThrow(/s3cr3t/);
    },
  );
});

test('required and secret keys are those that the manifest marks', () => {
  expect(requiredKeysOf(module, 'TestFactory')).toEqual(['address', 'token']);
  expect(secretKeysOf(module, 'TestFactory')).toEqual(['token']);
});

test.each(['Other', 'constructor', '__proto__', 'toString'])(
  'a factory that is not declared is refused: %s',
  (name) => {
    expect(() => secretKeysOf(module, name)).toThrow(PluginModuleError);
  },
);
