import { describe, expect, test } from 'vitest';
import { PluginModuleError } from '../module/plugin-module-error.ts';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { checkFactory } from './check-factory.ts';
import { PluginFailure } from '../process/plugin-failure.ts';

describe.each(outermostIsolations)('in $mode isolation', (isolation) => {
  const check = async (source: string, { factoryClassName = 'TestFactory', deadlineMilliseconds = 60_000 } = {}) =>
    checkFactory({
      module: await pluginModule({ source }),
      factoryClassName,
      isolation,
      sandboxDirectory,
      log: recordingLog(),
      limits: { deadlineMilliseconds },
    }).then(
      () => 'gives the factory',
      (error: unknown) => error,
    );

  test('a module that exports its factory passes, and no provider is created', async () => {
    expect(await check('export class TestFactory { create() { process.exit(1); } }')).toBe('gives the factory');
    expect(
      await check(
        "import { createRequire } from 'node:module'; createRequire(import.meta.url)('node:http'); export class TestFactory { create() {} }",
      ),
    ).toBe('gives the factory');
  });

  test.each([
    ['a class that is not exported', 'class TestFactory { create() {} }', 'factory-export'],
    ['something else than a class', 'export const TestFactory = {};', 'factory-export'],
    ['a class without create', 'export class TestFactory {}', 'factory-export'],
    ['a syntax error', 'export class {', 'does-not-start'],
    [
      'an import that is not bundled',
      "import 'node-vault'; export class TestFactory { create() {} }",
      'does-not-start',
    ],
    [
      'a constructor that throws',
      'export class TestFactory { constructor() { throw new Error(); } create() {} }',
      'does-not-start',
    ],
    [
      'a promise that fails unhandled',
      'void Promise.reject(new Error()); export class TestFactory { create() {} }',
      'does-not-start',
    ],
    ['a module that exits', 'process.exit(0); export class TestFactory { create() {} }', 'does-not-start'],
  ])('%s is refused', async (_what, source, rule) => {
    const error = await check(source);
    expect(error).toBeInstanceOf(PluginModuleError);
    expect(error).toMatchObject({ rule });
  });

  test('a factory that the manifest does not declare is refused', async () => {
    expect(await check('export class Other { create() {} }', { factoryClassName: 'Other' })).toMatchObject({
      rule: 'factory-unknown',
    });
  });

  test('a module that never starts times out', async () => {
    const error = await check('for (;;);', { deadlineMilliseconds: 3_000 });
    expect(error).toBeInstanceOf(PluginFailure);
    expect(error).toMatchObject({
      timedOut: true,
      message: expect.stringMatching(/could not import the module in time/),
    });
  });
});
