import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPlugin, startPlugin } from '../../start/start-plugin.ts';
import { pluginModule } from '../../testing/module-file.ts';
import { networkSource } from '../../testing/network-plugin.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../../testing/sandbox-modes.ts';
import { context, id } from '../../testing/start-hostile-plugin.ts';

const module = await pluginModule({
  source: networkSource,
  factories: {
    NetworkFactory: {
      displayName: 'Network',
      configuration: [{ key: 'address' }, { key: 'create' }],
      egress: ['{address}'],
    },
  },
});

/** Asks for a destination that is not listed, and swallows what it gets. */
const swallow = `await fetched({ host: 'other.example.com', port: 443 }).catch(() => undefined);`;
const swallowLookup = `await dnsPromises.lookup('other.example.com').catch(() => undefined);`;

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const log = recordingLog();
  const start = (configuration: Record<string, string> = {}) =>
    startPlugin({
      spec: {
        providerId: 'provider-1',
        module,
        factoryClassName: 'NetworkFactory',
        configuration: new Map(Object.entries({ address: 'http://localhost:9', ...configuration })),
      },
      isolation,
      sandboxDirectory,
      log,
    });
  let plugin: RunningPlugin;
  beforeAll(async () => {
    plugin = await start();
  });
  afterAll(() => plugin.close());

  const reasonOf = (script: string) =>
    plugin.getSecretVersion(id(script), context).then(
      () => 'answered',
      (error: unknown) => Reflect.get(Object(error), 'reason') ?? (Reflect.get(Object(error), 'name') as unknown),
    );

  test.each<[what: string, script: string]>([
    ['the refusal itself', `await fetched({ host: 'other.example.com', port: 443 });`],
    ['the refusal of fetch', `await fetch('http://192.0.2.7/');`],
    ['a refused look-up', `await dnsPromises.lookup('other.example.com');`],
    ['an error of its own', `${swallow} throw new Error('it did not work');`],
    ['what is no error', `${swallow} throw undefined;`],
    ['an error of its own after a look-up', `${swallowLookup} throw new Error('it did not work');`],
    ['an outage', `${swallow} throw problem('unreachable');`],
    ['a time-out', `${swallow} throw problem('timed-out');`],
    [
      'another problem that the refusal caused',
      `
      const cause = await fetched({ host: 'other.example.com', port: 443 }).catch((error) => error);
      throw Object.assign(problem('unavailable'), { cause: new Error('twice', { cause }) });`,
    ],
    ['an outage, without another attempt', `throw problem('unreachable');`],
  ])(
    'a call that was refused a destination and throws %s is told to the host as not in egress',
    async (_what, script) => {
      expect(await reasonOf(script)).toBe('not-in-egress');
    },
  );

  test.each<[what: string, script: string, heard: string]>([
    [
      'that nothing is there',
      `${swallow} throw Object.assign(new Error(), { code: 'SECRET_NOT_FOUND' });`,
      'SecretNotFoundError',
    ],
    ['that the vault is sealed', `${swallow} throw problem('sealed');`, 'sealed'],
    ['a mistake in its code, in the next call', `throw new TypeError('x is undefined');`, 'threw'],
    ['nothing', `${swallow}`, 'answered'],
    [
      'that there is no connection to a listed destination',
      `
      await fetched({ host: 'localhost', port: 9 }).catch(() => undefined);
      throw problem('unreachable');`,
      'unreachable',
    ],
  ])('a call that says %s is believed', async (_what, script, heard) => {
    expect(await reasonOf(script)).toBe(heard);
  });

  test('a call is not blamed for what another one asks for at the same time', async () => {
    const refused = reasonOf(
      `globalThis.both = new Promise((go) => (globalThis.go = go)); ${swallow} globalThis.go(); throw new Error();`,
    );
    const other = reasonOf(
      `await globalThis.both; await fetched({ host: 'localhost', port: 9 }).catch(() => undefined); throw new Error();`,
    );
    expect(await Promise.all([refused, other])).toEqual(['not-in-egress', 'threw']);
  });

  test('a start that is refused a destination says so', async () => {
    await expect(start({ create: `${swallow} throw new Error('the address does not answer');` })).rejects.toMatchObject(
      {
        reason: 'not-in-egress',
      },
    );
  });

  test('the host says which setting is wrong, and nothing of the plugin', async () => {
    const error: unknown = await plugin
      .getSecretVersion(id(`${swallow} throw new Error('own words');`), context)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('does not list under "egress"');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/other\.example\.com|own words/);
    await plugin.close();
    expect(log.text()).toContain('not in its egress list');
    expect(log.text()).not.toMatch(/other\.example\.com|own words/);
  });
});
