import { afterEach, describe, expect, test } from 'vitest';
import { outermostIsolations } from '../testing/sandbox-modes.ts';
import { context, type HostileOptions, id, startHostilePlugin } from '../testing/start-hostile-plugin.ts';
import type { RunningPlugin } from './start-plugin.ts';

const running = new Set<RunningPlugin>();
afterEach(async () => {
  await Promise.all([...running].map((plugin) => plugin.close()));
  running.clear();
});

const allowed = async (plugin: RunningPlugin) => ({
  create: await plugin.allowsCreate(),
  update: await plugin.allowsUpdate(),
  delete: await plugin.allowsDelete(),
});

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const start = async (configuration: Record<string, string> = {}, options: Partial<HostileOptions> = {}) => {
    const plugin = await startHostilePlugin({ isolation, configuration, ...options });
    running.add(plugin);
    return plugin;
  };

  test.each(['create', 'update', 'delete'])('a plugin that does not allow %s says so', async (denied) => {
    const everything = { create: true, update: true, delete: true };
    expect(await allowed(await start({ denied }))).toEqual({ ...everything, [denied]: false });
  });

  test('what a plugin allows is known while it does not answer', async () => {
    const plugin = await start();
    const spinning = plugin.getSecretVersion(id('spin'), context).catch(() => {});
    expect(await allowed(plugin)).toEqual({ create: true, update: true, delete: true });
    await plugin.close();
    await spinning;
  });

  describe.each(['create', 'update', 'delete'])('a plugin does not start if its answer about %s', (what) => {
    test.each([
      ['throw', 'threw'],
      ['exit', 'ended'],
      ['text', 'bad-return'],
    ])('is %s: %s', async (odd, reason) => {
      await expect(start({ [`odd ${what}`]: odd })).rejects.toMatchObject({ name: 'PluginFailure', reason });
    });

    test('does not come', async () => {
      const failing = start({ [`odd ${what}`]: 'hang' }, { limits: { deadlineMilliseconds: 3_000 } });
      await expect(failing).rejects.toMatchObject({ reason: 'timed-out' });
    });
  });

  test('a plugin that only reads is not asked', async () => {
    const plugin = await start({ 'odd create': 'throw', 'odd update': 'hang' }, { readsOnly: true });
    expect(await allowed(plugin)).toEqual({ create: false, update: false, delete: false });
    expect(await plugin.getSecretVersion(id('fine'), context)).toBe('fine');
  });
});
