import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sealedRecordHash, type SealedRecord, signActivation } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inForce, type SealedPair } from '../../testing/offered-provider.ts';
import { packModule } from '../../testing/pack-module.ts';
import { createStranger, entryOf, PluginWorker, place, providerId } from '../../testing/plugin-worker.ts';
import { idOf } from '../../testing/signed-store.ts';

const another = idOf('another');
let worker: PluginWorker;
let setNumber: number;

beforeEach(async () => {
  worker = await PluginWorker.create();
  setNumber = 0;
});
afterEach(() => worker.remove());

const activated = (pair: SealedPair, activationNumber = 1) =>
  inForce(worker.store, pair, { providerId, number: activationNumber });

const offer = (provider: ReturnType<typeof inForce> | null) => {
  setNumber += 1;
  return worker.offer([entryOf('A')], setNumber, provider);
};

const offerBase = async (changes: Parameters<PluginWorker['sealConfiguration']>[0], activationNumber = 1) =>
  offer(activated({ base: await worker.sealConfiguration(changes) }, activationNumber));

describe('a configuration is refused, and the plugin is not started,', () => {
  afterEach(() => expect(worker.specs).toEqual([]));

  test('when it was left out', async () => {
    await offer(null);
    expect(await worker.refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
    await offer({ ...activated({ base: await worker.sealConfiguration() }), sealedConfiguration: null });
    expect((await worker.refusal()).message).toContain('left out');
  });

  test('when it belongs to another provider', async () => {
    await offerBase({ providerId: another });
    expect((await worker.refusal()).message).toContain('another provider');
  });

  test('when a sealed value takes its place', async () => {
    const value = (await worker.store.internalValue('A', '{"address":"https://vault.example.com"}')).record;
    await offer(activated({ base: value }));
    expect((await worker.refusal()).message).toContain('another provider');
  });

  test('when a stranger sealed it in the place of the activated one', async () => {
    const stranger = await createStranger();
    const forged = await stranger.configuration(place, { address: 'https://vault.example.com' });
    await offer({ ...activated({ base: await worker.sealConfiguration() }), sealedConfiguration: forged });
    expect((await worker.refusal()).message).toContain('another configuration');
  });

  test('when the module is not the one it is sealed for', async () => {
    await offerBase({});
    worker.moduleBytes = packModule('export class TestSecretProviderFactory { /* evil */ }').bytes;
    expect((await worker.refusal()).message).toContain('another module');
  });

  test('when the bytes of the module were changed', async () => {
    await offerBase({});
    worker.moduleBytes = Uint8Array.from(worker.moduleBytes);
    worker.moduleBytes[100] = (worker.moduleBytes[100] ?? 0) ^ 1;
    expect(await worker.refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
  });

  test('when the module may reach other destinations than it is sealed for', async () => {
    await offerBase({ destinations: ['vault.example.com:443', 'evil.example.com:443'] });
    expect((await worker.refusal()).message).toContain('destinations');
  });

  test('when it is genuine but not the one that was activated', async () => {
    const pair = { base: await worker.sealConfiguration() };
    await offer({ ...activated(pair), sealedConfiguration: await worker.sealConfiguration() });
    expect((await worker.refusal()).message).toContain('than the one it signed');
  });

  test('when the activation belongs to another provider, although it names this record', async () => {
    const base = await worker.sealConfiguration();
    await offer(inForce(worker.store, { base }, { providerId: another, number: 1 }));
    expect((await worker.refusal()).message).toContain('another provider');
  });

  test('when activation and record both belong to another provider', async () => {
    const base = await worker.sealConfiguration({ providerId: another });
    await offer(inForce(worker.store, { base }, { providerId: another, number: 1 }));
    expect((await worker.refusal()).message).toContain('another provider');
  });

  test('when a stranger, or this worker itself, signed the activation', async () => {
    const base = await worker.sealConfiguration();
    for (const { signer } of [await createStranger(), worker.keys]) {
      await offer(inForce({ signer }, { base }, { providerId, number: 1 }));
      expect((await worker.refusal()).message).toContain('signature');
    }
  });
});

describe('where the worker has trusted keys, a module runs only', () => {
  const [trusted, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const signed = ({ privateKey }: typeof trusted, sha256 = place.moduleSha256) =>
    sign(null, Buffer.concat([Buffer.from('secret-store-plugin-v1\0'), Buffer.from(sha256, 'hex')]), privateKey);

  beforeEach(async () => {
    worker.trustedKeys = [other.publicKey, trusted.publicKey];
    await offerBase({});
  });

  test('with the signature of one of them', async () => {
    worker.moduleSignature = signed(trusted).toString('base64');
    expect(await worker.resolve()).toHaveProperty('A');
  });

  test.each([
    ['not without one', null, 'is not signed'],
    ['not with that of another key', signed(generateKeyPairSync('ed25519')).toString('base64'), 'not made with a key'],
    ['not with that of another module', signed(trusted, 'ab'.repeat(32)).toString('base64'), 'not made with a key'],
  ])('%s', async (_, signature, reason) => {
    worker.moduleSignature = signature;
    expect(await worker.refusal()).toMatchObject({
      variable: 'A',
      exitCode: 69,
      message: expect.stringMatching(new RegExp(`module of provider .* is refused: .*${reason}`)),
    });
    expect(worker.specs).toEqual([]);
  });
});

describe('the activation number', () => {
  test('never goes back, also after a restart', async () => {
    const [older, newer] = [
      await worker.sealConfiguration({ revision: 2 }),
      await worker.sealConfiguration({ revision: 3 }),
    ];
    await offer(activated({ base: newer }, 3));
    await worker.resolve();
    await offer(activated({ base: older }, 2));
    expect((await worker.refusal()).message).toContain('older configuration');
    await worker.restart();
    expect((await worker.refusal()).message).toContain('older configuration');
  });

  test('may bring an earlier configuration back under a higher one', async () => {
    const [first, second] = [
      await worker.sealConfiguration({ revision: 2 }),
      await worker.sealConfiguration({ revision: 3 }),
    ];
    await offer(activated({ base: first }, 2));
    await worker.resolve();
    await offer(activated({ base: second }, 3));
    await worker.resolve();
    await offer(activated({ base: first }, 4));
    expect(await worker.resolve()).toEqual({ A: 'value of vault/A' });
    expect(worker.specs.map(({ activationNumber }) => activationNumber)).toEqual([2, 3, 4]);
    await offer(activated({ base: second }, 3));
    expect((await worker.refusal()).message).toContain('older configuration');
  });

  test('identifies one configuration: a second one with the same number is refused', async () => {
    await offerBase({}, 3);
    await worker.resolve();
    await offerBase({}, 3);
    expect((await worker.refusal()).message).toContain('two different configurations with the number 3');
    await worker.restart();
    expect((await worker.refusal()).message).toContain('two different configurations with the number 3');
    await offerBase({}, 4);
    expect(await worker.resolve()).toHaveProperty('A');
  });

  test('continues from the bound revision in a mark that is older than activations', async () => {
    const state = path.join(worker.directory, 'state');
    mkdirSync(state, { recursive: true });
    const file = path.join(state, `provider-${providerId}.json`);
    writeFileSync(file, JSON.stringify({ providerId, revision: 5 }));
    await worker.restart();
    await offerBase({ revision: 4 }, 4);
    expect((await worker.refusal()).message).toContain('older configuration');
    await offerBase({ revision: 5 }, 5);
    expect(await worker.resolve()).toHaveProperty('A');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ providerId, revision: 5 });
  });

  test('of a forgery does not make the genuine one look old', async () => {
    const base = await worker.sealConfiguration();
    await offer(inForce(await createStranger(), { base }, { providerId, number: 9 }));
    await worker.refusal();
    await offer(activated({ base }));
    expect(await worker.resolve()).toEqual({ A: 'value of vault/A' });
  });
});

describe("the workers' own credentials", () => {
  const base = () => worker.sealConfiguration({}, { address: 'https://vault.example.com', extra: 'of the base' });
  const overlay = (changes: Partial<typeof place> = {}, values: Record<string, string> = { mode: 'own-very-secret' }) =>
    worker.store.sealValues({ type: 'provider-worker-configuration', ...place, ...changes }, values);
  const startedWith = () => Object.fromEntries(worker.specs.at(-1)?.configuration ?? []);

  const refusalOf = async (pair: SealedPair): Promise<string> => {
    await offer(activated(pair));
    const { message } = await worker.refusal();
    expect(worker.specs).toEqual([]);
    return message;
  };

  test('override the configuration that both sides share', async () => {
    await offer(
      activated({
        base: await base(),
        overlay: await overlay({}, { mode: 'own-very-secret', extra: 'of the workers' }),
      }),
    );
    await worker.resolve();
    expect(startedWith()).toEqual({
      address: 'https://vault.example.com',
      extra: 'of the workers',
      mode: 'own-very-secret',
    });
  });

  test('may name other destinations if they are sealed for them', async () => {
    const values = { address: 'https://replica.example.com' };
    await offer(
      activated({ base: await base(), overlay: await overlay({ destinations: ['replica.example.com:443'] }, values) }),
    );
    await worker.resolve();
    expect(startedWith()).toMatchObject(values);
  });

  test('are refused with a base that would send them to another destination', async () => {
    const moved = await worker.sealConfiguration(
      { destinations: ['evil.example.com:443'] },
      { address: 'https://evil.example.com' },
    );
    expect(await refusalOf({ base: moved, overlay: await overlay() })).toContain('destinations');
  });

  test.each(['moduleSha256', 'factoryClassName'] as const)('are refused beside a base of another %s', async (field) => {
    expect(await refusalOf({ base: await base(), overlay: await overlay({ [field]: 'a'.repeat(64) }) })).toContain(
      'another module',
    );
  });

  test("are refused when they belong to another provider, or are not the workers' credentials at all", async () => {
    expect(await refusalOf({ base: await base(), overlay: await overlay({ providerId: another }) })).toContain(
      'something else',
    );
    expect(await refusalOf({ base: await base(), overlay: await base() })).toContain('something else');
  });

  test('never replace the configuration itself', async () => {
    expect(await refusalOf({ base: await overlay() })).toContain('another provider');
  });

  const swap = async (sealedWorkerConfiguration: SealedRecord | null): Promise<string> => {
    await offer({ ...activated({ base: await base(), overlay: await overlay() }), sealedWorkerConfiguration });
    const { message } = await worker.refusal();
    expect(worker.specs).toEqual([]);
    return message;
  };

  test('cannot be left out unnoticed', async () => expect(await swap(null)).toContain('left out'));

  test('cannot be exchanged for others', async () =>
    expect(await swap(await overlay())).toContain('another configuration'));

  test('that the activation does not name are not opened', async () => {
    const pair = { base: await base() };
    const activation = signActivation(
      { providerId, number: 1, configurationHash: sealedRecordHash(pair.base), workerConfigurationHash: null },
      worker.store.signer,
    );
    await offer({ ...activated(pair), activation, sealedWorkerConfiguration: await overlay() });
    await worker.resolve();
    expect(startedWith()).toEqual({ address: 'https://vault.example.com', extra: 'of the base' });
  });

  describe('sealed before a module was uploaded', () => {
    const draft = (changes = {}, values: Record<string, string> = { mode: 'own-very-secret' }) =>
      worker.store.sealValues(
        {
          type: 'provider-worker-configuration-draft',
          providerId,
          revision: 1,
          factoryClassName: place.factoryClassName,
          ...changes,
        },
        values,
      );

    test('are opened for the module and the destinations of the base', async () => {
      await offer(activated({ base: await base(), overlay: await draft() }));
      await worker.resolve();
      expect(startedWith()).toMatchObject({ mode: 'own-very-secret' });
    });

    test('are refused for another factory, and for other destinations', async () => {
      expect(await refusalOf({ base: await base(), overlay: await draft({ factoryClassName: 'Other' }) })).toContain(
        'another module',
      );
      expect(
        await refusalOf({ base: await base(), overlay: await draft({}, { address: 'https://evil.example.com' }) }),
      ).toContain('destinations');
    });
  });
});
