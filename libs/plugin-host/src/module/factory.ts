import type { ConfigurationField, PluginFactory } from './plugin-manifest.ts';
import { PluginModuleError } from './plugin-module-error.ts';
import type { PluginModule } from './read-plugin-module.ts';

/** @throws {PluginModuleError} when the module does not declare the class */
export const factoryOf = (module: PluginModule, factoryClassName: string): PluginFactory => {
  const { factories } = module.manifest;
  const factory = Object.hasOwn(factories, factoryClassName) ? factories[factoryClassName] : undefined;
  if (factory) return factory;
  throw new PluginModuleError(
    'factory-unknown',
    `the module declares no factory ${factoryClassName}; it declares ${Object.keys(factories).join(', ')}`,
  );
};

export const secretKeysOf = (module: PluginModule, factoryClassName: string): string[] =>
  keysWhere(module, factoryClassName, (field) => field.secret);

export const requiredKeysOf = (module: PluginModule, factoryClassName: string): string[] =>
  keysWhere(module, factoryClassName, (field) => field.required);

/** The keys whose value is a path, of which the plugin gets the file's content. */
export const fileKeysOf = (module: PluginModule, factoryClassName: string): string[] =>
  keysWhere(module, factoryClassName, (field) => field.kind === 'file');

const keysWhere = (
  module: PluginModule,
  factoryClassName: string,
  matches: (field: ConfigurationField) => boolean,
): string[] =>
  factoryOf(module, factoryClassName)
    .configuration.filter(matches)
    .map((field) => field.key);
