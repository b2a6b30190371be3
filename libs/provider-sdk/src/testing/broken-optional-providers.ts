import type { SecretProvider } from '../secret-provider.ts';
import { MemorySecretProvider, type MemoryVault } from './memory-secret-provider.ts';

export interface BrokenProvider {
  readonly promise: string;
  readonly make: (vault: MemoryVault) => SecretProvider;
  /** The checks that see it. */
  readonly failing: readonly string[];
}

/** The memory provider with some of its methods replaced; `sound` is one over the same vault with none replaced. */
export const override = (
  vault: MemoryVault,
  overrides: (sound: MemorySecretProvider) => Partial<SecretProvider>,
): SecretProvider => Object.assign(new MemorySecretProvider(vault), overrides(new MemorySecretProvider(vault)));

/** Each breaks a promise of the optional methods that later versions of the interface added. */
export const brokenOptionalProviders: readonly BrokenProvider[] = [
  {
    promise: 'reads what a reference names',
    make: (vault) =>
      override(vault, (sound) => ({
        referTo: (reference, context) => {
          sound.referTo(reference, context);
          return sound.createSecret('another value', context);
        },
      })),
    failing: ['refers to an existing secret, and reads it'],
  },
  {
    promise: 'checks that a reference names something',
    make: (vault) => override(vault, () => ({ referTo: (reference) => ({ getProviderKey: () => reference }) })),
    failing: [
      'refuses a reference to a secret that does not exist',
      'refuses a reference that is not a valid path or name',
    ],
  },
  {
    promise: 'lists names that the host can use',
    make: (vault) => override(vault, () => ({ list: () => ({ names: ['a', ''] }) })),
    failing: ['lists names of 1 to 1,024 characters, at most 1,000 on a page'],
  },
  {
    promise: 'lists no more than a page takes',
    make: (vault) => override(vault, () => ({ list: () => ({ names: Array.from({ length: 1_001 }, String) }) })),
    failing: ['lists names of 1 to 1,024 characters, at most 1,000 on a page'],
  },
  {
    promise: 'comes to the end of the list',
    make: (vault) => override(vault, () => ({ list: () => ({ names: ['a'], marker: 'a' }) })),
    failing: ['lists names of 1 to 1,024 characters, at most 1,000 on a page'],
  },
  {
    promise: 'lists every secret that may be referred to',
    make: (vault) => override(vault, () => ({ list: () => ({ names: [] }) })),
    failing: ['lists an existing secret under a name that referTo accepts'],
  },
  {
    promise: 'lists names that it accepts itself',
    make: (vault) =>
      override(vault, (sound) => ({
        list: (marker) => {
          const page = sound.list(marker);
          return { ...page, names: page.names.map((name) => `mount/${name}`) };
        },
      })),
    failing: ['lists an existing secret under a name that referTo accepts'],
  },
  {
    promise: 'rotates the value',
    make: (vault) =>
      override(vault, (sound) => ({
        rotate: (id, context) => sound.updateSecret(id, sound.getSecret(id, context).getValue(), context),
      })),
    failing: ['rotates a value to one that nobody gave it, and returns the new version'],
  },
  {
    promise: 'returns the version that is read after a rotation',
    make: (vault) => override(vault, (sound) => ({ rotate: (id, context) => `${sound.rotate(id, context)}-other` })),
    failing: ['rotates a value to one that nobody gave it, and returns the new version'],
  },
  {
    promise: 'rotates no unknown secret',
    make: (vault) =>
      override(vault, (sound) => ({
        rotate: (id, context) => {
          if (!vault.has(id.getProviderKey())) sound.createSecret('new', context);
          return sound.rotate(id, context);
        },
      })),
    failing: ['rotates no unknown secret'],
  },
];
