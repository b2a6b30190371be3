import { ConfigurationError } from '@secret-store/provider-sdk';
import { isLoopbackHost } from '../egress/loopback.ts';
import { factoryOf } from './factory.ts';
import type { PluginFactory } from './plugin-manifest.ts';
import { PluginModuleError } from './plugin-module-error.ts';
import type { PluginModule } from './read-plugin-module.ts';

const braces = /^\{([^{}]+)\}$/;
const literal = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?):([1-9][0-9]{0,4})$/;
const defaultPorts: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * The destinations that the plugin may connect to with this configuration: sorted `host:port`.
 * @throws {ConfigurationError} when a key that names a destination holds no usable URL
 */
export const destinationsOf = (
  module: PluginModule,
  factoryClassName: string,
  configuration: ReadonlyMap<string, string>,
): string[] => {
  const destinations = factoryOf(module, factoryClassName).egress.flatMap((entry) => {
    const key = braces.exec(entry)?.[1];
    if (key === undefined) return [entry.toLowerCase()];
    const url = configuration.get(key);
    return url === undefined || url === '' ? [] : [destinationOf(key, url)];
  });
  return [...new Set(destinations)].toSorted();
};

/** Those of them that the configuration names. Only such a destination may be this machine. */
export const configuredDestinations = (
  module: PluginModule,
  factoryClassName: string,
  configuration: ReadonlyMap<string, string>,
): ReadonlySet<string> =>
  new Set(
    factoryOf(module, factoryClassName).egress.flatMap((entry) => {
      const key = braces.exec(entry)?.[1];
      const url = key === undefined ? '' : configuration.get(key);
      return key === undefined || !url ? [] : [destinationOf(key, url)];
    }),
  );

/** Refuses what a manifest may not list: invalid syntax, an undeclared key, a file (its writer would choose the address), and loopback, which only a configuration may name. */
export const requireEgressSyntax = (factory: PluginFactory): void => {
  const fields = new Map(factory.configuration.map((field) => [field.key, field]));
  for (const entry of factory.egress) {
    const key = braces.exec(entry)?.[1];
    if (key !== undefined) {
      const field = fields.get(key);
      if (!field)
        throw new PluginModuleError('egress', `egress names the key ${key}, which configuration does not declare`);
      if (field.kind === 'file')
        throw new PluginModuleError('egress', `egress names the key ${key}, which is a file; name a text key`);
      continue;
    }
    const [, host, port] = literal.exec(entry) ?? [];
    if (host === undefined || Number(port) > 65_535) {
      throw new PluginModuleError(
        'egress',
        `egress must list host:port, or a configuration key in braces; not ${JSON.stringify(entry.slice(0, 100))}`,
      );
    }
    if (isLoopbackHost(host)) {
      throw new PluginModuleError(
        'egress',
        'egress names this machine; use a configuration key for the address instead',
      );
    }
  }
};

const destinationOf = (key: string, text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname) throw new ConfigurationError(key, 'must be a URL such as https://vault.example.com:8200');
  if (url.username !== '' || url.password !== '')
    throw new ConfigurationError(key, 'must not contain a user name or a password');
  const port = url.port === '' ? defaultPorts[url.protocol] : url.port;
  if (port === undefined) throw new ConfigurationError(key, 'must be an http or https URL, or name a port');
  return `${url.hostname.toLowerCase()}:${port}`;
};
