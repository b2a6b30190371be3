import { afterEach, describe, expect, test } from 'vitest';
import {
  checkFactoryWithDiagnosis,
  type Diagnosis,
  type PluginDiagnostic,
  startPluginWithDiagnosis,
} from '../diagnosis.ts';
import { PluginRegistry } from '../registry/plugin-registry.ts';
import { pluginModule } from '../testing/module-file.ts';
import { isolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';
import { type PluginOptions, startPlugin } from './start-plugin.ts';

const value = 'value-of-the-author';

// the first line is what the source map is about
const source = `const broken = () => { throw new TypeError('x is undefined', { cause: new Error('deeper') }); };
import { fail } from 'node:assert';
const acts = {
  broken,
  odd: () => { throw { toString: () => { throw new Error(); } }; },
  text: () => { throw 'only text'; },
  number: () => 7,
  elsewhere: () => fetch('http://other.example.com:81/').catch(() => { throw new Error('my own words'); }),
  print: () => { console.error('to stderr: é'); console.log('to stdout'); return 'v'; },
  hang: () => new Promise(() => {}),
  stray: () => { setImmediate(() => Promise.reject(new RangeError('a stray one'))); return new Promise(() => {}); },
  forge: () => 'fine',
};
export class TestFactory {
  create(config) {
    if (config.get('create') === 'throw') throw new Error('cannot use it');
    const yes = () => true;
    return {
      getSecretVersion: (id) => acts[id.getProviderKey()](),
      getSecret: () => ({ getValue: async () => '${value}', getTtl: () => 0 }),
      secretLastUpdated: () => new Date(NaN),
      createSecret: () => '${value}',
      getTtl: () => config.get('create') === 'ttl' ? '60' : 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes,
    };
  }
}`;
/** Says that line 1 of the module is line 10 of author.ts. */
const sourceMap = JSON.stringify({ version: 3, sources: ['author.ts'], names: [], mappings: 'AASA' });

const moduleOf = (text: string) =>
  pluginModule({
    source: text,
    factories: { TestFactory: { displayName: 'Test', configuration: [{ key: 'create' }] } },
  });
const module = await moduleOf(source);

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe.each(isolations)('in $mode isolation', (isolation) => {
  const optionsFor = (configuration: Record<string, string> = {}): PluginOptions => ({
    spec: {
      providerId: 'provider-1',
      module,
      factoryClassName: 'TestFactory',
      configuration: new Map(Object.entries(configuration)),
    },
    isolation,
    sandboxDirectory,
    log: recordingLog(),
    limits: { deadlineMilliseconds: 5_000 },
  });
  const start = async (configuration: Record<string, string> = {}, more: Partial<Diagnosis> = {}) => {
    const events: PluginDiagnostic[] = [];
    const plugin = await startPluginWithDiagnosis(optionsFor(configuration), {
      onEvent: (event) => events.push(event),
      ...more,
    });
    open.push(plugin);
    return { plugin, events };
  };
  const failing = async (act: string, more?: Partial<Diagnosis>) => {
    const { plugin, events } = await start({}, more);
    await plugin.getSecretVersion(id(act), context).catch(() => undefined);
    return events;
  };

  test('an error is shown with its method, class, words, stack and causes before its call fails', async () => {
    const [event, ...others] = await failing('broken');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      kind: 'error',
      method: 'getSecretVersion',
      name: 'TypeError',
      message: 'x is undefined',
    });
    expect(event).toHaveProperty('stack', expect.stringMatching(/plugin\.mjs:1:.*caused by: Error: deeper/s));
  });

  test("with a source map, the stack names the author's own file and line", async () => {
    expect(await failing('broken', { sourceMap })).toEqual([
      expect.objectContaining({ stack: expect.stringMatching(/author\.ts:10:/) }),
    ]);
  });

  test.each([
    ['text', { name: 'a thrown value: text of 9 characters', message: 'only text' }],
    ['odd', { name: 'a thrown value: an object', message: '' }],
  ])('what is no error is shown too: %s', async (act, expected) => {
    expect(await failing(act)).toEqual([expect.objectContaining(expected)]);
  });

  test('an answer of the wrong type is shown by its method and type, never by its value', async () => {
    const { plugin, events } = await start();
    const calls = [
      () => plugin.getSecretVersion(id('number'), context),
      () => plugin.getSecret(id('x'), context),
      () => plugin.secretLastUpdated(id('x'), context),
      () => plugin.createSecret(value, context),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'PluginFailure' });
    expect(events).toEqual([
      {
        kind: 'wrong-type',
        method: 'getSecretVersion',
        expected: 'text of 1 to 1,024 characters',
        got: 'a number',
      },
      {
        kind: 'wrong-type',
        method: 'getSecret',
        expected: 'a value that an environment variable can hold',
        got: 'a promise',
      },
      { kind: 'wrong-type', method: 'secretLastUpdated', expected: 'a valid Date', got: 'an invalid Date' },
      {
        kind: 'wrong-type',
        method: 'createSecret',
        expected: 'an identifier, which has a method getProviderKey',
        got: 'text of 19 characters',
      },
    ]);
  });

  test('a refused destination is shown by name, with the call that asked for it', async () => {
    expect(await failing('elsewhere')).toEqual([
      { kind: 'refused-destination', method: 'getSecretVersion', destination: 'other.example.com:81' },
      expect.objectContaining({ kind: 'error', message: 'my own words' }),
    ]);
  });

  test('what the plugin prints is passed on', async () => {
    const { plugin, events } = await start();
    await plugin.getSecretVersion(id('print'), context);
    await plugin.close();
    expect(events).toContainEqual({ kind: 'output', stream: 'stderr', text: 'to stderr: é\n' });
    expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: 'to stdout\n' });
  });

  test('a call that takes too long is named', async () => {
    expect(await failing('hang')).toContainEqual({
      kind: 'timed-out',
      methods: ['getSecretVersion'],
      milliseconds: 5_000,
    });
  });

  test('an error outside of any call ends the process, and is shown', async () => {
    const { plugin, events } = await start();
    await expect(plugin.getSecretVersion(id('stray'), context)).rejects.toMatchObject({ reason: 'ended' });
    await plugin.close();
    expect(events).toContainEqual({ kind: 'ended', exitCode: 1, signal: null });
    const printed = events.map((event) => (event.kind === 'output' ? event.text : '')).join('');
    expect(printed).toContain('RangeError: a stray one');
  });

  test.each([
    ['throw', { kind: 'error', method: 'create', message: 'cannot use it' }],
    ['ttl', { kind: 'wrong-type', method: 'getTtl', got: 'text of 2 characters' }],
  ])('a start that fails shows why: %s', async (create, expected) => {
    const events: PluginDiagnostic[] = [];
    const starting = startPluginWithDiagnosis(optionsFor({ create }), { onEvent: (event) => events.push(event) });
    await expect(starting).rejects.toMatchObject({ name: 'PluginFailure' });
    expect(events).toContainEqual(expect.objectContaining(expected));
  });

  test.each([
    ['throws', `throw new Error('at import');`, { name: 'Error', message: 'at import' }],
    ['reads a file', `import fs from 'node:fs'; fs.readFileSync('/etc/hostname');`, { name: 'Error' }],
    ['lacks __dirname', `console.log(__dirname);`, { name: 'ReferenceError' }],
    ['is no ESM', `module.exports = {};`, { name: 'ReferenceError' }],
  ])('a module that %s when it is imported shows why', async (_what, text, expected) => {
    const events: PluginDiagnostic[] = [];
    const { log, limits } = optionsFor();
    const checking = checkFactoryWithDiagnosis(
      { module: await moduleOf(text), factoryClassName: 'TestFactory', isolation, sandboxDirectory, log, limits },
      { onEvent: (event) => events.push(event) },
    );
    await expect(checking).rejects.toMatchObject({ rule: 'does-not-start' });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'error', method: 'import', ...expected }));
  });

  test('a module that does not export its factory shows what it exports', async () => {
    const events: PluginDiagnostic[] = [];
    const { log } = optionsFor();
    const checking = checkFactoryWithDiagnosis(
      {
        module: await moduleOf('export class Other {}; export const another = 1;'),
        ...{ factoryClassName: 'TestFactory', isolation, sandboxDirectory, log },
      },
      { onEvent: (event) => events.push(event) },
    );
    await expect(checking).rejects.toMatchObject({ rule: 'factory-export' });
    expect(events).toEqual([
      expect.objectContaining({ message: 'no class TestFactory is exported, only: Other, another' }),
    ]);
  });
});

describe.each(isolations)('on a server, in $mode isolation', (isolation) => {
  test.each(['startPlugin', 'PluginRegistry'])(
    '%s has no way to switch it on, and a plugin that sends a diagnosis is stopped',
    async (way) => {
      const events: unknown[] = [];
      const onEvent = (event: unknown) => events.push(event);
      const forging = await moduleOf(`
        import fs from 'node:fs';
        const body = Buffer.from(JSON.stringify({ kind: 'error', method: 'x', name: 'x', message: '${value}', stack: '' }));
        const header = Buffer.from('{"diagnostic":true}');
        const prefix = Buffer.alloc(8);
        prefix.writeUInt32BE(header.length, 0);
        prefix.writeUInt32BE(body.length, 4);
        export class TestFactory {
          create() {
            const yes = () => true;
            return {
              getSecretVersion: (id) => {
                console.error('${value}');
                if (id.getProviderKey() === 'throw') throw new Error('${value}');
                fs.writeSync(3, Buffer.concat([prefix, header, body]));
                return new Promise(() => {});
              },
              getTtl: () => 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes,
            };
          }
        }`);
      const log = recordingLog();
      // what would switch it on, if anything did
      const everything = { onEvent, diagnosis: { onEvent }, diagnostics: onEvent, diagnose: true };
      const options = { isolation, sandboxDirectory, log, ...everything };
      const spec = {
        ...{ providerId: 'provider-1', module: forging, factoryClassName: 'TestFactory', configuration: new Map() },
        ...everything,
      };
      const registry = new PluginRegistry(options);
      open.push(registry);
      const key = { providerId: 'provider-1', activationNumber: 1 };
      const provider =
        way === 'startPlugin'
          ? await startPlugin({ ...options, spec })
          : await registry.provider(key, () => Promise.resolve(spec));
      await expect(provider.getSecretVersion(id('throw'), context)).rejects.toMatchObject({ reason: 'threw' });
      await expect(provider.getSecretVersion(id('forge'), context)).rejects.toMatchObject({ reason: 'bad-frame' });
      expect(events).toEqual([]);
      expect(log.text()).not.toContain(value);
    },
  );
});
