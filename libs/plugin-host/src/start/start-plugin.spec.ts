import {
  ConfigurationError,
  InvalidReferenceError,
  SecretNotFoundError,
  vaultProblems,
} from '@secret-store/provider-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { outermostIsolations, recordingLog } from '../testing/sandbox-modes.ts';
import { context, type HostileOptions, id, startHostilePlugin, token } from '../testing/start-hostile-plugin.ts';
import { PluginFailure, type PluginFailureReason } from '../process/plugin-failure.ts';
import type { RunningPlugin } from './start-plugin.ts';

const running = new Set<RunningPlugin>();
afterEach(async () => {
  await Promise.all([...running].map((plugin) => plugin.close()));
  running.clear();
});

const value = 'the-value-52b1';
const soon: HostileOptions['limits'] = { deadlineMilliseconds: 3_000 };

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (result) => expect.unreachable(`answered ${String(result)}`),
    (error: unknown) => error,
  );

const reasonOf = async (call: Promise<unknown>): Promise<PluginFailureReason | null> => {
  const error = await caught(call);
  expect(error).toBeInstanceOf(PluginFailure);
  return error instanceof PluginFailure ? error.reason : null;
};

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const start = async (options: Omit<HostileOptions, 'isolation'> = {}) => {
    const plugin = await startHostilePlugin({ isolation, ...options });
    running.add(plugin);
    return plugin;
  };

  test('a start that was ended before it began starts nothing', async () => {
    expect(await reasonOf(start({ signal: AbortSignal.abort() }))).toBe('closed');
  });

  describe('a plugin that misbehaves fails its call, and none of its own text leaves the sandbox', () => {
    test.each<[act: string, reason: PluginFailureReason]>([
      ['throw', 'threw'],
      ['throwOddly', 'threw'],
      ['configuration', 'threw'],
      ['exit', 'ended'],
      ['kill', 'ended'],
      ['abort', 'ended'],
      ['rejectLater', 'ended'],
    ])('%s: %s', async (act, reason) => {
      const log = recordingLog();
      const plugin = await start({ log });
      const error = await caught(plugin.getSecretVersion(id(act), context));
      expect(error).toBeInstanceOf(PluginFailure);
      expect(error).toMatchObject({ reason, timedOut: false });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
      await plugin.close();
      expect(log.text()).not.toContain(token);
      expect(log.text()).not.toContain('the vault said');
    });
  });

  test('a start or a call that hangs or spins times out', async () => {
    const hanging = async (act: string) => (await start({ limits: soon })).getSecretVersion(id(act), context);
    const errors = await Promise.all([
      caught(hanging('hang')),
      caught(hanging('spin')),
      caught(start({ configuration: { create: 'hang' }, limits: soon })),
      caught(start({ configuration: { create: 'spin' }, limits: soon })),
    ]);
    for (const error of errors)
      expect(error).toMatchObject({ name: 'PluginFailure', reason: 'timed-out', timedOut: true });
  });

  test('a call that fails does not affect the others', async () => {
    const plugin = await start();
    const calls = [id('hang'), id('fine'), id('throw'), id('fine')].map((each) =>
      plugin.getSecretVersion(each, context),
    );
    const results = Promise.allSettled(calls);
    await Promise.allSettled(calls.slice(1));
    await plugin.close();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('more calls than may be in flight wait for their turn', async () => {
    const plugin = await start({ limits: { callsInFlight: 2 } });
    const versions = await Promise.all(Array.from({ length: 50 }, () => plugin.getSecretVersion(id('fine'), context)));
    expect(new Set(versions)).toEqual(new Set(['fine']));
  });

  test('a plugin that hangs with all its calls refuses more at once, and no other plugin waits for it', async () => {
    const hanging = await start({ limits: { callsInFlight: 2, callsWaiting: 3 } });
    const calls = Promise.allSettled(Array.from({ length: 5 }, () => hanging.getSecretVersion(id('hang'), context)));
    expect(await reasonOf(hanging.getSecretVersion(id('fine'), context))).toBe('too-busy');
    const other = await start();
    expect(await other.getSecretVersion(id('fine'), context)).toBe('fine');
    await hanging.close();
    await calls;
  });

  test('a process that has ended accepts no further calls', async () => {
    const plugin = await start();
    expect(await reasonOf(plugin.getSecretVersion(id('exit'), context))).toBe('ended');
    expect(await reasonOf(plugin.getSecretVersion(id('fine'), context))).toBe('ended');
  });

  test('"not found" keeps its class across the boundary, with our words', async () => {
    const plugin = await start();
    const error = await caught(plugin.getSecretVersion(id('notFound'), context));
    expect(error).toBeInstanceOf(SecretNotFoundError);
    expect(error).toMatchObject({ message: new SecretNotFoundError().message });
  });

  test("each vault problem arrives as its reason, with our words and none of the plugin's", async () => {
    const plugin = await start();
    for (const problem of vaultProblems) {
      const error = await caught(Promise.resolve(plugin.referTo?.(`problem:${problem}`, context)));
      expect(error).toMatchObject({ name: 'PluginFailure', reason: problem });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
    }
  });

  test.each(['', 'on fire', 'constructor'])(
    'a problem that is not on the list is an ordinary error: "%s"',
    async (problem) => {
      const plugin = await start();
      expect(await reasonOf(Promise.resolve(plugin.referTo?.(`problem:${problem}`, context)))).toBe('threw');
    },
  );

  describe('a reference', () => {
    test('reaches the plugin with its context and comes back as the identifier', async () => {
      const plugin = await start();
      const identifier = await plugin.referTo?.('team/database', context);
      expect(identifier?.getProviderKey()).toBe('existing/team/database/algorithm-1');
    });

    test.each([
      ['malformed', InvalidReferenceError],
      ['gone', SecretNotFoundError],
    ])('that is %s is refused by its class, with our words', async (reference, errorClass) => {
      const plugin = await start();
      const error = await caught(Promise.resolve(plugin.referTo?.(reference, context)));
      expect(error).toBeInstanceOf(errorClass);
      expect(error).toMatchObject({ message: new errorClass().message });
    });

    test.each(['undefined', 'number', 'empty', 'long', 'zero'])(
      'whose identifier is %s is refused',
      async (reference) => {
        const plugin = await start();
        expect(await reasonOf(Promise.resolve(plugin.referTo?.(reference, context)))).toBe('bad-return');
      },
    );

    test('is not offered if the plugin lacks it', async () => {
      expect((await start({ configuration: { references: 'none' } })).referTo).toBeUndefined();
    });
  });

  describe('a start that fails gives a reason from a closed list', () => {
    test.each<[create: string, reason: PluginFailureReason]>([
      ['throw', 'threw'],
      ['exit', 'ended'],
      ['nothing', 'bad-return'],
    ])('create %s: %s', async (create, reason) => {
      const error = await caught(start({ configuration: { create } }));
      expect(error).toMatchObject({ name: 'PluginFailure', reason });
      expect(String(error)).not.toContain(token);
    });

    test('a declared factory that is not exported', async () => {
      expect(await reasonOf(start({ factoryClassName: 'MissingFactory' }))).toBe('factory-missing');
    });

    test('an error about a configuration key contains the key, not the value', async () => {
      const error = await caught(start({ configuration: { create: 'missing' } }));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ key: 'token' });
      expect(String(error)).not.toContain(token);
    });
  });

  describe('an answer of the wrong type is refused', () => {
    const wrong = {
      text: [
        'undefined',
        'null',
        'number',
        'object',
        'array',
        'symbol',
        'bigint',
        'empty',
        'long',
        'zero',
        'surrogate',
        'boolean',
      ],
      boolean: ['undefined', 'null', 'number', 'text', 'object'],
      ttl: ['undefined', 'text', 'NaN', 'negative', 'fraction', 'infinite', 'bigint'],
      date: ['undefined', 'number', 'invalidDate', 'dateText', 'object'],
    };

    test('text: version, new version, provider key', async () => {
      const plugin = await start();
      for (const what of wrong.text) {
        expect([what, await reasonOf(plugin.getSecretVersion(id(what), context))]).toEqual([what, 'bad-return']);
        expect([what, await reasonOf(plugin.updateSecret(id(what), value, context))]).toEqual([what, 'bad-return']);
      }
    });

    test.each(['undefined', 'number', 'empty', 'long', 'object'])('provider key %s', async (key) => {
      const plugin = await start({ configuration: { key } });
      expect(await reasonOf(plugin.createSecret(value, context))).toBe('bad-return');
    });

    test('boolean, lifetime, date', async () => {
      const plugin = await start();
      for (const what of wrong.boolean)
        expect([what, await reasonOf(plugin.deleteSecret(id(what), context))]).toEqual([what, 'bad-return']);
      for (const what of wrong.ttl)
        expect([what, await reasonOf(plugin.getSecret(id(what), context))]).toEqual([what, 'bad-return']);
      for (const what of wrong.date)
        expect([what, await reasonOf(plugin.secretLastUpdated(id(what), context))]).toEqual([what, 'bad-return']);
    });
  });

  describe('a value that cannot be delivered is refused, with its reason, and the process goes on', () => {
    test.each<[what: string, reason: PluginFailureReason]>([
      ['empty', 'value-empty'],
      ['zero', 'value-with-zero'],
      ['surrogate', 'value-not-unicode'],
      ['number', 'value-not-text'],
      ['object', 'value-not-text'],
      ['undefined', 'bad-return'],
    ])('%s: %s', async (what, reason) => {
      const plugin = await start({ configuration: { secret: 'value' } });
      expect(await reasonOf(plugin.getSecret(id(what), context))).toBe(reason);
      expect((await plugin.getSecret(id('text'), context)).getValue()).toBe('text');
    });

    test.each(['huge', 'hugeInBytes'])('too large: %s', async (what) => {
      const plugin = await start({ configuration: { secret: 'value' } });
      const others = Array.from({ length: 6 }, () => plugin.getSecret(id('text'), context));
      await expect(plugin.getSecret(id(what), context)).rejects.toMatchObject({
        reason: 'value-too-large',
        message: 'the value has 70,000 bytes, more than 65,536; store a shorter one in the vault',
      });
      for (const other of await Promise.all(others)) expect(other.getValue()).toBe('text');
      expect((await plugin.getSecret(id('largest'), context)).getValue()).toHaveLength(65_536);
    });
  });

  test('what is far too large is refused for every method, and the process goes on', async () => {
    const plugin = await start({ configuration: { key: 'huge' } });
    const calls = [
      plugin.getSecretVersion(id('huge'), context),
      plugin.updateSecret(id('huge'), value, context),
      plugin.createSecret(value, context),
      plugin.deleteSecret(id('huge'), context),
      plugin.getSecret(id('huge'), context),
      plugin.secretLastUpdated(id('huge'), context),
      Promise.resolve(plugin.referTo?.('huge', context)),
    ];
    for (const call of calls) expect(await reasonOf(call)).toBe('bad-return');
    expect(await reasonOf(plugin.getSecretVersion(id('throwHuge'), context))).toBe('threw');
    expect(await plugin.getSecretVersion(id('fine'), context)).toBe('fine');
  });

  test.each(['plain', 'hex', 'base64', 'base64url'])(
    'a provider key that holds the value in %s is refused',
    async (key) => {
      const plugin = await start({ configuration: { key } });
      const error = await caught(plugin.createSecret(value, context));
      expect(error).toMatchObject({ reason: 'reveals-value' });
      expect(String(error)).not.toContain(value);
    },
  );

  test('a new version that holds the value is refused', async () => {
    const plugin = await start();
    expect(await reasonOf(plugin.updateSecret(id('plain'), value, context))).toBe('reveals-value');
  });

  test('a provider key that repeats a configured path does not count as a leak', async () => {
    const plugin = await start({ configuration: { key: 'path', path: 'secret/store' } });
    expect((await plugin.createSecret('secret', context)).getProviderKey()).toBe('secret/store/id');
  });
});
