import { createHash } from 'node:crypto';
import type { SecretContext } from '../secret-provider.ts';
import { SimpleSecret } from '../simple-secret.ts';
import { type BrokenProvider, brokenOptionalProviders, override } from './broken-optional-providers.ts';
import type { MemoryVault } from './memory-secret-provider.ts';

const changedValues: readonly { promise: string; change: (value: string) => string; failing: string }[] = [
  {
    promise: 'keeps a value of one byte',
    change: (value) => (value.length === 1 ? '' : value),
    failing: 'gives back a value of one byte',
  },
  {
    promise: 'keeps 64 KiB',
    change: (value) => value.slice(0, 65_535),
    failing: 'gives back the largest value, 64 KiB where the provider takes it',
  },
  { promise: 'keeps unicode', change: (value) => value.normalize('NFC'), failing: 'gives back unicode' },
  {
    promise: 'keeps line breaks',
    change: (value) => value.replaceAll('\r\n', '\n'),
    failing: 'gives back line breaks',
  },
  {
    promise: 'keeps quotes and backslashes',
    change: (value) => value.replaceAll('\\', ''),
    failing: 'gives back quotes and backslashes',
  },
  {
    promise: 'keeps spaces',
    change: (value) => value.replace(/^ +| +$/g, ''),
    failing: 'gives back leading and trailing spaces',
  },
  {
    promise: 'keeps a byte order mark',
    change: (value) => value.replace(/^\uFEFF/, ''),
    failing: 'gives back a leading byte order mark',
  },
  {
    promise: 'keeps control characters',
    change: (value) => value.replaceAll('\u0001', ''),
    failing: 'gives back control characters',
  },
  {
    promise: 'keeps JSON as text',
    change: (value) => (value.startsWith('{') ? String(JSON.parse(value)) : value),
    failing: 'gives back what looks like JSON',
  },
  {
    promise: 'keeps digits as text',
    change: (value) => (/^\d+$/.test(value) ? String(Number(value)) : value),
    failing: 'gives back what looks like a number',
  },
];

// as a provider in JavaScript can answer
const notBoolean = () => 'yes' as unknown as boolean;

const midnight = new Date(new Date().setUTCHours(0, 0, 0, 0));

/** Each breaks one promise; the suite must say so by the names beside it. */
export const brokenProviders: readonly BrokenProvider[] = [
  {
    promise: 'returns booleans',
    make: (vault) => override(vault, () => ({ allowsUpdate: notBoolean })),
    failing: ['reports what it allows as booleans, and its lifetime in whole seconds'],
  },
  {
    promise: 'lives for whole seconds',
    make: (vault) => override(vault, () => ({ getTtl: () => -1 })),
    failing: ['reports what it allows as booleans, and its lifetime in whole seconds'],
  },
  {
    promise: 'gives each create its own identifier',
    make: (vault) =>
      override(vault, (sound) => ({
        createSecret: (value) => {
          const context = contextOf(createHash('sha256').update(value).digest('hex'));
          sound.deleteSecret(sound.identifierFor(context), context);
          return sound.createSecret(value, context);
        },
      })),
    failing: [
      'gives the same value two identifiers when it is stored twice',
      'reveals nothing of the value in key and version',
      'predicts the identifier that createSecret gives',
      'lets a secret whose creation was never acknowledged be found and deleted',
    ],
  },
  ...changedValues.map(({ promise, change, failing }) => ({
    promise,
    make: (vault: MemoryVault) =>
      override(vault, (sound) => ({ createSecret: (value, context) => sound.createSecret(change(value), context) })),
    failing: [failing],
  })),
  {
    promise: 'stores what an update brings',
    make: (vault) =>
      override(vault, (sound) => ({
        updateSecret: (id, _value, context) => sound.updateSecret(id, sound.getSecret(id, context).getValue(), context),
      })),
    failing: ['gives back an updated value'],
  },
  {
    promise: 'updates one secret only',
    make: (vault) =>
      override(vault, (sound) => ({
        updateSecret: (id, value, context) => {
          for (const key of vault.keys()) sound.updateSecret({ getProviderKey: () => key }, value, context);
          return sound.updateSecret(id, value, context);
        },
      })),
    failing: ['gives back an updated value'],
  },
  {
    promise: 'keeps the version while nothing is updated',
    make: (vault) => override(vault, () => ({ getSecretVersion: () => String(Math.random()) })),
    failing: [
      'keeps the version while nothing is updated',
      'changes the version with an update, and returns the new version',
    ],
  },
  {
    promise: 'changes the version with an update',
    make: (vault) => override(vault, () => ({ getSecretVersion: (id) => `v:${id.getProviderKey()}` })),
    failing: [
      'changes the version with an update, and returns the new version',
      'changes the version when an older value comes back',
    ],
  },
  {
    promise: 'returns the version that is read from an update',
    make: (vault) =>
      override(vault, (sound) => ({
        updateSecret: (id, value, context) => `${sound.updateSecret(id, value, context)}-other`,
      })),
    failing: ['changes the version with an update, and returns the new version'],
  },
  {
    promise: 'hides the value in the version, also as a hash',
    make: (vault) =>
      override(vault, (sound) => {
        const versionOf = (value: string) => createHash('sha256').update(value).digest('hex');
        return {
          updateSecret: (id, value, context) => {
            sound.updateSecret(id, value, context);
            return versionOf(value);
          },
          getSecretVersion: (id, context) => versionOf(sound.getSecret(id, context).getValue()),
        };
      }),
    failing: ['changes the version when an older value comes back', 'reveals nothing of the value in key and version'],
  },
  ...(['utf8', 'hex', 'base64', 'base64url'] as const).map((encoding) => ({
    promise: `hides the value in the version, also in ${encoding}`,
    make: (vault: MemoryVault) =>
      override(vault, (sound) => ({
        updateSecret: (id, value, context) => {
          const version = sound.updateSecret(id, value, context);
          return `${version}-${Buffer.from(value).toString(encoding)}`;
        },
      })),
    failing: ['reveals nothing of the value in the version of an update'],
  })),
  {
    promise: 'hides the value in the key',
    make: (vault) =>
      override(vault, (sound) => ({
        createSecret: (value, context) =>
          sound.createSecret(value, { ...context, secretId: `${context.secretId}${value}` }),
      })),
    failing: ['reveals nothing of the value in key and version'],
  },
  ...([0, 1025] as const).map((characters) => ({
    promise: `gives a key that the host can store, not one of ${characters} characters`,
    make: (vault: MemoryVault) =>
      override(vault, (sound) => ({
        createSecret: (value, context) => {
          sound.createSecret(value, context);
          return { getProviderKey: () => 'k'.repeat(characters) };
        },
      })),
    failing: ['gives a provider key of 1 to 1,024 characters'],
  })),
  {
    promise: 'knows the time of an update',
    make: (vault) => override(vault, () => ({ secretLastUpdated: () => new Date(Number.NaN) })),
    failing: ['knows when a secret was stored', 'moves the time of the last update forward, never backward'],
  },
  {
    promise: 'gives the time in the right unit',
    make: (vault) =>
      override(vault, (sound) => ({
        secretLastUpdated: (id, context) => new Date(sound.secretLastUpdated(id, context).getTime() / 1000),
      })),
    failing: ['knows when a secret was stored'],
  },
  {
    promise: 'moves the time with an update',
    make: (vault) => override(vault, () => ({ secretLastUpdated: () => midnight })),
    failing: ['moves the time of the last update forward, never backward'],
  },
  {
    promise: 'never moves the time backward',
    make: (vault) =>
      override(vault, (sound) => ({
        secretLastUpdated: (id, context) =>
          new Date(2 * midnight.getTime() - sound.secretLastUpdated(id, context).getTime()),
      })),
    failing: ['moves the time of the last update forward, never backward'],
  },
  {
    promise: 'says whether there was something to delete',
    make: (vault) =>
      override(vault, (sound) => ({
        deleteSecret: (id, context) => {
          sound.deleteSecret(id, context);
          return true;
        },
      })),
    failing: [
      'deletes once: true, then false, and the secret is gone',
      'has nothing to delete under an unknown identifier',
    ],
  },
  {
    promise: 'deletes permanently',
    make: (vault) => {
      const deleted = new Set<string>();
      return override(vault, () => ({
        deleteSecret: (id) => vault.has(id.getProviderKey()) && deleted.size < deleted.add(id.getProviderKey()).size,
      }));
    },
    failing: [
      'deletes once: true, then false, and the secret is gone',
      'deletes every version',
      'lets a secret whose creation was never acknowledged be found and deleted',
    ],
  },
  {
    promise: 'deletes one secret only',
    make: (vault) =>
      override(vault, (sound) => ({
        deleteSecret: (id, context) => {
          const existed = sound.deleteSecret(id, context);
          if (existed) vault.clear();
          return existed;
        },
      })),
    failing: ['deletes once: true, then false, and the secret is gone'],
  },
  {
    promise: 'says that an unknown secret is not found, instead of returning a value',
    make: (vault) =>
      override(vault, (sound) => ({
        getSecret: (id, context) =>
          vault.has(id.getProviderKey()) ? sound.getSecret(id, context) : new SimpleSecret(''),
      })),
    failing: ['says that an unknown secret is not found', 'deletes once: true, then false, and the secret is gone'],
  },
  {
    promise: 'says that an unknown secret is not found, by class',
    make: (vault) =>
      override(vault, (sound) => ({
        getSecretVersion: (id, context) => {
          if (!vault.has(id.getProviderKey())) throw new Error('404');
          return sound.getSecretVersion(id, context);
        },
      })),
    failing: ['says that an unknown secret is not found', 'deletes every version'],
  },
  {
    promise: 'gives no time for an unknown secret',
    make: (vault) =>
      override(vault, (sound) => ({
        secretLastUpdated: (id, context) =>
          vault.has(id.getProviderKey()) ? sound.secretLastUpdated(id, context) : new Date(),
      })),
    failing: ['says that an unknown secret is not found'],
  },
  {
    promise: 'updates no unknown secret',
    make: (vault) =>
      override(vault, (sound) => ({
        updateSecret: (id, value, context) => {
          if (!vault.has(id.getProviderKey())) sound.createSecret(value, context);
          return sound.updateSecret(id, value, context);
        },
      })),
    failing: ['updates no unknown secret'],
  },
  {
    promise: 'keeps secrets apart that are stored at the same time',
    make: (vault) => {
      let writing: string | undefined;
      return override(vault, (sound) => ({
        createSecret: async (value, context) => {
          writing = value;
          await Promise.resolve();
          return sound.createSecret(writing, context);
        },
      }));
    },
    failing: ['keeps twenty secrets apart that are stored at the same time'],
  },
  {
    promise: 'predicts the identifier',
    make: (vault) =>
      override(vault, (sound) => ({
        createSecret: (value, context) => sound.createSecret(value, context),
        identifierFor: (context) => {
          const key = sound.identifierFor(context).getProviderKey();
          return { getProviderKey: () => `${key}-other` };
        },
      })),
    failing: [
      'predicts the identifier that createSecret gives',
      'lets a secret whose creation was never acknowledged be found and deleted',
    ],
  },
  ...brokenOptionalProviders,
];

const contextOf = (secretId: string): SecretContext => ({
  secretId,
  algorithmId: 'algorithm',
  environmentVariable: 'NAME',
  version: 1,
});
