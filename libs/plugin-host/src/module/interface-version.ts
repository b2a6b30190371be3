import semver from 'semver';
import { PluginModuleError } from './plugin-module-error.ts';

/** The version of the plugin interface that this host speaks. */
export const interfaceVersion = '1.2.0';

/**
 * A plugin runs if it was written for our major version, and not for a later minor version than ours.
 * @throws {PluginModuleError} with the rule `interface-version`
 */
export const requireSupportedInterface = (version: string): void => {
  if (semver.valid(version) !== version) {
    throw new PluginModuleError('interface-version', 'interfaceVersion must be a version such as 1.0.0');
  }
  if (semver.major(version) !== semver.major(interfaceVersion) || semver.prerelease(version) !== null) {
    throw new PluginModuleError(
      'interface-version',
      `the plugin targets interface ${version}; this store supports 1.x up to ${interfaceVersion}`,
    );
  }
  if (semver.gt(version, interfaceVersion)) {
    throw new PluginModuleError(
      'interface-version',
      `the plugin targets interface ${version}; this store supports versions up to ${interfaceVersion}: update the store, or build the plugin for ${interfaceVersion}`,
    );
  }
};
