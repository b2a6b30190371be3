import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPlugin, startPlugin } from '../start/start-plugin.ts';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';

// the marker says which page; the answer to rotate is what the key says
const source = `
const pages = {
  first: { names: ['team/a', 'team/ü "quoted"'], marker: 'second page' },
  'second page': { names: [] },
  largest: { names: Array.from({ length: 1000 }, (_, index) => String(index).padEnd(1024, '€')), marker: 'm'.repeat(1024) },
  nothing: undefined, noNames: {}, textNames: { names: 'team/a' }, tooMany: { names: Array(1001).fill('a') },
  numbers: { names: [7] }, empty: { names: [''] }, long: { names: ['x'.repeat(1025)] }, zero: { names: ['a\\0'] },
  surrogate: { names: ['\\uD800'] }, numberMarker: { names: [], marker: 7 }, emptyMarker: { names: [], marker: '' },
  longMarker: { names: [], marker: 'x'.repeat(1025) }, tooLarge: { names: Array(1000).fill('\\u0001'.repeat(1024)) },
};
const versions = { fine: 'version-2', number: 7, nothing: undefined, empty: '', long: 'x'.repeat(1025) };
export class TestFactory {
  create(config) {
    const yes = () => true;
    return {
      getTtl: () => 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes, getSecretVersion: () => 'still here',
      ...(config.get('has') === 'both' && {
        list: async (marker = 'first') => pages[marker],
        rotate: (id, { secretId }) => {
          if (id.getProviderKey() === 'gone') throw Object.assign(new Error(), { code: 'SECRET_NOT_FOUND' });
          return id.getProviderKey() === 'context' ? secretId : versions[id.getProviderKey()];
        },
      }),
    };
  }
}`;

const module = await pluginModule({
  source,
  interfaceVersion: '1.2.0',
  factories: { TestFactory: { displayName: 'Test', configuration: [{ key: 'has' }] } },
});

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const start = (has: string) =>
    startPlugin({
      spec: {
        ...{ providerId: 'provider-1', module, factoryClassName: 'TestFactory' },
        configuration: new Map([['has', has]]),
      },
      isolation,
      sandboxDirectory,
      log: recordingLog(),
    });
  let plugin: RunningPlugin;
  beforeAll(async () => {
    plugin = await start('both');
  });
  afterAll(() => plugin.close());

  const list = (marker?: string) => Promise.resolve(plugin.list?.(marker));
  const rotate = (key: string) => Promise.resolve(plugin.rotate?.(id(key), context));

  test('neither is offered if the plugin lacks it', async () => {
    const without = await start('none');
    expect([without.list, without.rotate]).toEqual([undefined, undefined]);
    await without.close();
  });

  test('names come page by page, and the last one has no marker', async () => {
    expect(await list()).toEqual({ names: ['team/a', 'team/ü "quoted"'], marker: 'second page' });
    expect(await list('second page')).toEqual({ names: [] });
  });

  test('the largest page arrives whole', async () => {
    const page = await list('largest');
    expect(page?.names).toHaveLength(1_000);
    expect(page?.names[999]).toBe('999'.padEnd(1024, '€'));
    expect(page?.marker).toHaveLength(1_024);
  });

  test.each([
    ...['nothing', 'noNames', 'textNames', 'tooMany', 'numbers', 'empty', 'long', 'zero', 'surrogate'],
    ...['numberMarker', 'emptyMarker', 'longMarker', 'tooLarge'],
  ])('a page that breaks the rules is refused, and the process goes on: %s', async (marker) => {
    await expect(list(marker)).rejects.toMatchObject({ reason: 'bad-return' });
    expect(await plugin.getSecretVersion(id('x'), context)).toBe('still here');
  });

  test('rotate gives the new version, and gets the context', async () => {
    expect(await rotate('fine')).toBe('version-2');
    expect(await rotate('context')).toBe(context.secretId);
  });

  test.each(['number', 'nothing', 'empty', 'long'])('a new version that is none is refused: %s', async (key) => {
    await expect(rotate(key)).rejects.toMatchObject({ reason: 'bad-return' });
  });

  test('what the vault does not have cannot be rotated', async () => {
    await expect(rotate('gone')).rejects.toThrow(SecretNotFoundError);
  });
});
