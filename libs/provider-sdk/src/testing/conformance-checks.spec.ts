import { describe, expect, test } from 'vitest';
import { VaultProblemError } from '../errors.ts';
import type { SecretIdentifier, SecretProvider } from '../secret-provider.ts';
import { SimpleSecret } from '../simple-secret.ts';
import { override } from './broken-optional-providers.ts';
import { brokenProviders } from './broken-providers.ts';
import type { ConformanceSubject } from './conformance-check.ts';
import { conformanceChecks } from './conformance-checks.ts';
import { describeSecretProvider } from './describe-secret-provider.ts';
import { MemorySecretProvider, type MemoryVault, putExisting } from './memory-secret-provider.ts';

describeSecretProvider('the memory provider', () => {
  const vault: MemoryVault = new Map();
  return Promise.resolve({
    backend: new MemorySecretProvider(vault),
    worker: new MemorySecretProvider(vault),
    existing: (value) => putExisting(vault, value),
  });
});

describe('the suite', () => {
  test.each(brokenProviders)('fails a provider that breaks: $promise', async ({ make, failing }) => {
    expect(await failuresOf(makeSubject(make))).toEqual(expect.arrayContaining([...failing]));
  });

  test('has for each of its checks a broken provider that fails it', () => {
    const proven = new Set(brokenProviders.flatMap(({ failing }) => failing));
    expect(conformanceChecks.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });

  test('notices a worker that looks into another vault', async () => {
    const subject = { backend: new MemorySecretProvider(), worker: new MemorySecretProvider() };
    expect(await failuresOf(subject)).toContain('gives back unicode');
  });

  test('notices identifiers that are known by the object and not by their key', async () => {
    const given = new WeakSet<SecretIdentifier>();
    const failures = await failuresOf(
      makeSubject((vault) =>
        override(vault, (sound) => ({
          createSecret: (value, context) => {
            const identifier = sound.createSecret(value, context);
            given.add(identifier);
            return identifier;
          },
          deleteSecret: (id, context) => given.has(id) && sound.deleteSecret(id, context),
        })),
      ),
    );
    expect(failures).toContain('deletes every version');
  });

  test('rules out what a provider does not offer, and passes the rest', async () => {
    const readOnly = makeSubject((vault) =>
      override(vault, () => ({ allowsCreate: () => false, allowsUpdate: () => false, allowsDelete: () => false })),
    );
    const outcomes = await Promise.all(conformanceChecks.map((check) => check.run(readOnly)));
    expect(outcomes.filter(({ passed }) => passed)).toHaveLength(8);
    expect(outcomes.filter((outcome) => !outcome.passed)).toContainEqual({ passed: false, ruledOutBy: 'create' });
  });

  test('leaves nothing behind in the vault, also where a check fails', async () => {
    const vault: MemoryVault = new Map();
    const provider = override(vault, () => ({ getSecret: () => new SimpleSecret('wrong') }));
    expect(await failuresOf({ backend: provider, worker: provider })).toContain('gives back unicode');
    expect(vault.size).toBe(0);
  });

  test('leaves nothing behind of a creation that was carried out and never answered', async () => {
    const vault: MemoryVault = new Map();
    const provider = override(vault, (sound) => ({
      createSecret: (value, context) => {
        sound.createSecret(value, context);
        throw new VaultProblemError('timed-out');
      },
    }));
    expect(await failuresOf({ backend: provider, worker: provider })).toContain('gives back unicode');
    expect(vault.size).toBe(0);
  });

  test('leaves nothing behind of creations that are still under way when one of them fails', async () => {
    const vault: MemoryVault = new Map();
    let calls = 0;
    const provider = override(vault, (sound) => ({
      createSecret: async (value, context) => {
        calls += 1;
        if (calls === 1) throw new VaultProblemError('throttled');
        // after the first has failed, and its check with it
        await new Promise(setImmediate);
        return sound.createSecret(value, context);
      },
    }));
    const check = conformanceChecks.find(({ name }) => name.startsWith('keeps twenty'));
    await expect(check?.run({ backend: provider, worker: provider })).rejects.toThrow(VaultProblemError);
    expect({ calls, left: vault.size }).toEqual({ calls: 20, left: 0 });
  });

  test('says why a check failed, also if the clean-up fails too', async () => {
    let asked = 0;
    const subject = makeSubject((vault) =>
      override(vault, () => ({
        getSecret: () => {
          throw new VaultProblemError('timed-out');
        },
        // the first two questions are those of the check itself
        allowsDelete: () => {
          asked += 1;
          if (asked > 1) throw new VaultProblemError('sealed');
          return true;
        },
      })),
    );
    const check = conformanceChecks.find(({ name }) => name.startsWith('deletes once'));
    await expect(check?.run(subject)).rejects.toMatchObject({ cause: { problem: 'timed-out' } });
  });

  test('accepts versions that count, which are the same for every new secret', async () => {
    const subject = makeSubject((vault) => {
      const versions = new Map<string, number>();
      const versionOf = (id: SecretIdentifier) => versions.get(id.getProviderKey()) ?? 1;
      return override(vault, (sound) => {
        const next = (id: SecretIdentifier) => {
          versions.set(id.getProviderKey(), versionOf(id) + 1);
          return String(versionOf(id));
        };
        return {
          updateSecret: (id, value, context) => {
            sound.updateSecret(id, value, context);
            return next(id);
          },
          rotate: (id, context) => {
            sound.rotate(id, context);
            return next(id);
          },
          getSecretVersion: (id, context) => {
            sound.getSecretVersion(id, context);
            return String(versionOf(id));
          },
        };
      });
    });
    expect(await failuresOf(subject)).toEqual([]);
  });

  test('takes no more than the provider says it can', async () => {
    const sizes: number[] = [];
    const subject = makeSubject((vault) =>
      override(vault, (sound) => ({
        createSecret: (value, context) => {
          sizes.push(Buffer.byteLength(value));
          return sound.createSecret(value, context);
        },
      })),
    );
    expect(await failuresOf({ ...subject, maxValueBytes: 25_600 })).toEqual([]);
    expect(Math.max(...sizes)).toBe(25_600);
  });
});

const makeSubject = (make: (vault: MemoryVault) => SecretProvider): ConformanceSubject => {
  const vault: MemoryVault = new Map();
  const provider = make(vault);
  return { backend: provider, worker: provider, existing: (value) => putExisting(vault, value) };
};

const failuresOf = async (subject: ConformanceSubject): Promise<string[]> => {
  const failures = await Promise.all(
    conformanceChecks.map(async (check) => {
      try {
        await check.run(subject);
        return [];
      } catch {
        return [check.name];
      }
    }),
  );
  return failures.flat();
};
