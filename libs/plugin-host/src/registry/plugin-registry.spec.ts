import { ConfigurationError } from '@secret-store/provider-sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PluginFailure } from '../process/plugin-failure.ts';
import type { PluginSpec } from '../start/start-plugin.ts';
import { descendantsOf } from '../testing/descendants.ts';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';
import { PluginRegistry } from './plugin-registry.ts';

const source = `
const made = String(Math.random());
const waiting = [];
export class TestFactory {
  create(config) {
    if (config.get('address') === 'bad') throw new Error('address is bad');
    if (config.get('address') === 'hung') return new Promise(() => setInterval(() => {}, 1_000));
    return {
      createSecret: (value, context) => ({ getProviderKey: () => context.secretId }),
      updateSecret: () => { for (const go of waiting) go(); return made; },
      deleteSecret: () => process.exit(1),
      allowsCreate: () => true, allowsUpdate: () => true, allowsDelete: () => true,
      getSecret: () => ({ getValue: () => made, getTtl: () => 0 }),
      getSecretVersion: async (id) => {
        if (id.getProviderKey() === 'wait') await new Promise((go) => waiting.push(go));
        return made;
      },
      secretLastUpdated: () => new Date(),
      getTtl: () => Number(config.get('ttl') ?? 0),
    };
  }
}`;

const module = await pluginModule({
  source,
  factories: { TestFactory: { displayName: 'Test', configuration: [{ key: 'address' }, { key: 'ttl' }] } },
});

const specOf = (configuration: Record<string, string> = {}): PluginSpec => ({
  providerId: 'provider-1',
  module,
  factoryClassName: 'TestFactory',
  configuration: new Map(Object.entries(configuration)),
});

const children = () => descendantsOf(String(process.pid));

const registries = new Set<PluginRegistry>();
afterEach(async () => {
  await Promise.all([...registries].map((registry) => registry.close()));
  registries.clear();
});

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const open = () => {
    const registry = new PluginRegistry({ isolation, sandboxDirectory, log: recordingLog() });
    registries.add(registry);
    return registry;
  };
  const use = (registry: PluginRegistry, activationNumber = 1, configuration: Record<string, string> = {}) =>
    registry.provider({ providerId: 'provider-1', activationNumber }, () => Promise.resolve(specOf(configuration)));

  test('concurrent callers share one process', async () => {
    const registry = open();
    const load = vi.fn(() => Promise.resolve(specOf()));
    const key = { providerId: 'provider-1', activationNumber: 1 };
    const providers = await Promise.all(Array.from({ length: 10 }, () => registry.provider(key, load)));
    const versions = await Promise.all(providers.map((provider) => provider.getSecretVersion(id('x'), context)));
    expect(new Set(versions).size).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('a crash fails its call; the next call on the same provider works, again and again', async () => {
    const provider = await use(open());
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      seen.add(await provider.getSecretVersion(id('x'), context));
      await expect(provider.deleteSecret(id('x'), context)).rejects.toMatchObject({ reason: 'ended' });
    }
    await expect(provider.deleteSecret(id('x'), context)).rejects.toMatchObject({ reason: 'ended' });
    seen.add(await provider.getSecretVersion(id('x'), context));
    expect(seen.size).toBe(4);
  });

  test('a plugin that keeps crashing is not restarted for a while, and the failure says so', async () => {
    const provider = await use(open());
    const reasons: unknown[] = [];
    for (let call = 0; call < 6; call += 1) {
      reasons.push(
        await provider
          .deleteSecret(id('x'), context)
          .catch((error: unknown) => error instanceof PluginFailure && error.reason),
      );
    }
    expect(reasons).toEqual(['ended', 'ended', 'ended', 'ended', 'ended', 'backing-off']);
  });

  test('what a plugin said at its start does not count as a call that worked', async () => {
    const provider = await use(open());
    const reasons: unknown[] = [];
    for (let call = 0; call < 6; call += 1) {
      const allowed = provider.allowsDelete().then(() => provider.deleteSecret(id('x'), context));
      reasons.push(await allowed.catch((error: unknown) => error instanceof PluginFailure && error.reason));
    }
    expect(reasons.at(-1)).toBe('backing-off');
  });

  test('a new activation number replaces the process; a call in flight ends on the old one', async () => {
    const registry = open();
    const old = await use(registry, 1);
    const before = await old.getSecretVersion(id('x'), context);
    const inFlight = old.getSecretVersion(id('wait'), context);
    const release = old.updateSecret(id('x'), 'value', context);
    const next = await use(registry, 2);
    expect(await next.getSecretVersion(id('x'), context)).not.toBe(before);
    expect(await Promise.all([inFlight, release])).toEqual([before, before]);
    await expect(old.getSecretVersion(id('x'), context)).rejects.toMatchObject({ reason: 'closed' });
  });

  test('a provider whose lifetime has run out is created again', async () => {
    const provider = await use(open(), 1, { ttl: '1' });
    const first = await provider.getSecretVersion(id('x'), context);
    await vi.waitFor(async () => expect(await provider.getSecretVersion(id('x'), context)).not.toBe(first), {
      timeout: 60_000,
      interval: 100,
    });
  });

  test('a configuration that the plugin rejects is reported at each attempt', async () => {
    const registry = open();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(use(registry, 1, { address: 'bad' })).rejects.toThrow(ConfigurationError);
    }
    const fixed = await use(registry, 2, { address: 'good' });
    expect(await fixed.allowsCreate()).toBe(true);
  });

  test('an optional method is not offered if the plugin lacks it', async () => {
    expect((await use(open())).identifierFor).toBeUndefined();
  });

  test('a retired provider accepts no call, and can be requested again', async () => {
    const registry = open();
    const provider = await use(registry);
    await registry.retire('provider-1');
    await expect(provider.allowsCreate()).rejects.toMatchObject({ reason: 'closed' });
    expect(await (await use(registry)).allowsCreate()).toBe(true);
  });

  test('a closed registry ends the calls in flight and starts nothing', async () => {
    const registry = open();
    const provider = await use(registry);
    const inFlight = provider.getSecretVersion(id('wait'), context).catch((error: unknown) => error);
    await registry.close();
    expect(await inFlight).toMatchObject({ reason: 'closed' });
    await expect(use(registry)).rejects.toMatchObject({ reason: 'closed' });
  });

  test('a closed registry does not wait for a plugin that hangs while it starts', async () => {
    const limits = { deadlineMilliseconds: 3_600_000 };
    const registry = new PluginRegistry({ isolation, sandboxDirectory, log: recordingLog(), limits });
    const before = children().length;
    const starting = use(registry, 1, { address: 'hung' }).catch((error: unknown) => error);
    await expect.poll(() => children().length).toBeGreaterThan(before);
    await registry.close();
    expect(await starting).toMatchObject({ reason: 'closed' });
    await expect.poll(() => children().length).toBe(before);
  });

  test('a closed registry starts nothing of what is still loaded', async () => {
    const registry = open();
    let go: (spec: PluginSpec) => void = () => {};
    const load = () => new Promise<PluginSpec>((resolve) => (go = resolve));
    const starting = registry.provider({ providerId: 'provider-1', activationNumber: 1 }, load);
    const failed = starting.catch((error: unknown) => error);
    await registry.close();
    go(specOf());
    expect(await failed).toMatchObject({ reason: 'closed' });
  });
});
