import { afterEach, describe, expect, test } from 'vitest';
import { type RunningPlugin, startPlugin } from '../start/start-plugin.ts';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';

const source = `
const never = new Promise(() => {});
const acts = {
  fine: () => 'fine',
  json: (context) => JSON.stringify(context) + JSON.stringify({ ...context }),
  signal: ({ signal }) => String(signal.aborted) + ' ' + signal.constructor.name,
  same: (context) => String(context.signal === context.signal),
  hang: () => never,
  half: () => new Promise((resolve) => setTimeout(() => resolve('half'), 1_500)),
  untilAborted: ({ signal }) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(Object.assign(new Error(signal.reason.name), { code: 'VAULT_PROBLEM', problem: 'timed-out' })));
  }),
  reason: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason.name))),
};
export class TestFactory {
  create() {
    const yes = () => true;
    return {
      getSecretVersion: (id, context) => acts[id.getProviderKey()](context),
      getTtl: () => 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes,
    };
  }
}`;
const module = await pluginModule({ source });

const running: RunningPlugin[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((plugin) => plugin.close()));
});

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const start = async (deadlineMilliseconds?: number) => {
    const plugin = await startPlugin({
      spec: { providerId: 'provider-1', module, factoryClassName: 'TestFactory', configuration: new Map() },
      isolation,
      sandboxDirectory,
      log: recordingLog(),
      ...(deadlineMilliseconds !== undefined && { limits: { deadlineMilliseconds } }),
    });
    running.push(plugin);
    return plugin;
  };
  const short = 3_000;

  test("a call's signal is aborted early enough for the plugin to say itself that it timed out", async () => {
    const plugin = await start(short);
    await expect(plugin.getSecretVersion(id('untilAborted'), context)).rejects.toMatchObject({ reason: 'timed-out' });
    expect(plugin.usable).toBe(true);
    expect(await plugin.getSecretVersion(id('reason'), context)).toBe('TimeoutError');
  });

  test('a signal is the same at each look, and not aborted at first', async () => {
    const plugin = await start();
    expect(await plugin.getSecretVersion(id('signal'), context)).toBe('false AbortSignal');
    expect(await plugin.getSecretVersion(id('same'), context)).toBe('true');
  });

  test('a context that is written as JSON holds what the host sent, and no signal', async () => {
    const plugin = await start();
    const json = JSON.stringify(context);
    expect(await plugin.getSecretVersion(id('json'), context)).toBe(json + json);
  });

  test('each call that takes too long is named as timed out, and only then is the plugin stopped', async () => {
    const plugin = await start(short);
    const calls = [plugin.getSecretVersion(id('hang'), context), plugin.getSecretVersion(id('hang'), context)];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { reason: 'timed-out' } });
    }
    expect(plugin.usable).toBe(false);
    await expect(plugin.getSecretVersion(id('fine'), context)).rejects.toMatchObject({ reason: 'closed' });
  });

  test('calls beside one that took too long still finish, and a new one is not told that the plugin was stopped', async () => {
    const plugin = await start(short);
    const late = plugin.getSecretVersion(id('hang'), context);
    late.catch(() => {});
    await plugin.getSecretVersion(id('half'), context);
    const beside = plugin.getSecretVersion(id('reason'), context);
    await expect(late).rejects.toMatchObject({ reason: 'timed-out' });
    expect(plugin.usable).toBe(false);
    await expect(plugin.getSecretVersion(id('fine'), context)).rejects.toMatchObject({ reason: 'stopping' });
    expect(await beside).toBe('TimeoutError');
  });
});
