import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startPlugin } from '../start/start-plugin.ts';
import { PluginRegistry } from '../registry/plugin-registry.ts';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';

const root = mkdtempSync(path.join(tmpdir(), 'file-keys-'));
const file = path.join(root, 'service-account-token');
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => writeFileSync(file, 'first token\n'));

const source = `
export class TestFactory {
  create(config) {
    if (config.get('jwt') === 'refused token') throw Object.assign(new Error(config.get('jwt')), { key: 'jwt', reason: 'spaces' });
    if (config.get('jwt') === 'oddly refused') throw Object.assign(new Error(config.get('jwt')), { key: 'jwt', reason: config.get('jwt') });
    return {
      getSecretVersion: () => JSON.stringify([...config]), getTtl: () => 1,
      allowsCreate: () => true, allowsUpdate: () => true, allowsDelete: () => true,
    };
  }
}`;
const module = await pluginModule({
  source,
  factories: { TestFactory: { displayName: 'Test', configuration: [{ key: 'jwt', kind: 'file' }, { key: 'text' }] } },
});

const running = new Set<{ close(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...running].map((one) => one.close()));
  running.clear();
});

const specOf = (jwt: string) => ({
  providerId: 'provider-1',
  module,
  factoryClassName: 'TestFactory',
  configuration: new Map(Object.entries({ jwt, text: file })),
});

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  let log = recordingLog();
  beforeAll(() => {
    log = recordingLog();
  });
  const start = async (jwt: string, fileRoots?: readonly string[]) => {
    const plugin = await startPlugin({ spec: specOf(jwt), isolation, sandboxDirectory, log, fileRoots });
    running.add(plugin);
    return plugin;
  };

  test('the plugin gets the content of the file instead of its path, and text keys unchanged', async () => {
    const plugin = await start(file, [root]);
    expect(JSON.parse(await plugin.getSecretVersion(id('x'), context))).toEqual([
      ['jwt', 'first token'],
      ['text', file],
    ]);
  });

  test('the file is read again for each new process', async () => {
    const registry = new PluginRegistry({ isolation, sandboxDirectory, log, fileRoots: [root] });
    running.add(registry);
    const provider = await registry.provider({ providerId: 'provider-1', activationNumber: 1 }, () =>
      Promise.resolve(specOf(file)),
    );
    expect(await provider.getSecretVersion(id('x'), context)).toContain('first token');
    writeFileSync(file, 'second token');
    await vi.waitFor(async () => expect(await provider.getSecretVersion(id('x'), context)).toContain('second token'), {
      timeout: 60_000,
    });
  });

  test.each<[what: string, words: RegExp, jwt: string, fileRoots?: readonly string[]]>([
    ['no folder is allowed', /SECRET_STORE_PLUGIN_FILE_ROOTS/, file],
    ['another folder is allowed', /SECRET_STORE_PLUGIN_FILE_ROOTS/, file, ['/var/run/secrets']],
    ['the file is not there', /does not exist/, path.join(root, 'missing-file'), [root]],
    ['it is a folder', /names a folder/, path.join(root, 'folder'), [root]],
    ['it is too large', /larger than 64 KiB/, path.join(root, 'large'), [root]],
    ["the file is this machine's", /SECRET_STORE_PLUGIN_FILE_ROOTS/, '/etc/passwd', [root]],
  ])(
    'the key and the reason are named, and neither path nor content, where %s',
    async (_what, words, jwt, fileRoots) => {
      mkdirSync(path.join(root, 'folder'), { recursive: true });
      writeFileSync(path.join(root, 'large'), 'x'.repeat(65_537));
      const error = await start(jwt, fileRoots).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ key: 'jwt', problem: expect.stringMatching(words) });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(
        /service-account|missing-file|passwd|first token|root:/,
      );
    },
  );

  test.each([
    ['refused token', 'must not contain a space, a line break or a character outside ASCII'],
    ['oddly refused', 'is missing, or the plugin rejected its value'],
  ])(
    'content that the plugin rejects is reported by its key and a reason from our list: %s',
    async (content, problem) => {
      writeFileSync(file, content);
      const error = await start(file, [root]).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'ConfigurationError', key: 'jwt', problem });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + log.text()).not.toContain(content);
    },
  );
});
