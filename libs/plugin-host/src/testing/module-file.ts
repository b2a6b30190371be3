import { type PluginModule, readPluginModule } from '../module/read-plugin-module.ts';
import { writeModuleFile } from '../module/write-module-file.ts';

export interface ModuleParts {
  readonly source?: string;
  readonly factories?: Record<string, unknown>;
  readonly interfaceVersion?: string;
}

export const packageJsonOf = ({
  factories = { TestFactory: { displayName: 'Test' } },
  interfaceVersion = '1.0.0',
}: ModuleParts = {}) => ({
  name: 'test-plugin',
  version: '1.2.3',
  type: 'module',
  secretProvider: { interfaceVersion, entry: 'plugin.mjs', factories },
});

export const moduleFile = (parts: ModuleParts = {}): Buffer =>
  writeModuleFile(
    new Map([
      ['package.json', Buffer.from(JSON.stringify(packageJsonOf(parts)))],
      ['plugin.mjs', Buffer.from(parts.source ?? 'export class TestFactory { create() {} }')],
    ]),
  );

export const pluginModule = (parts: ModuleParts = {}): Promise<PluginModule> => readPluginModule(moduleFile(parts));
