import { destinationsOf, type PluginModule, type PluginSpec, readPluginModule } from '@secret-store/plugin-host';
import { open, type VerificationKey } from '@secret-store/sealing';
import { z } from 'zod';
import { exitCode } from '../exit-code.ts';
import type { AcceptedConfiguration } from './accept-configuration.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { ResolveFailure } from './resolve-failure.ts';

/** Opens a provider's configuration and fetches the one module that it is sealed for. */
export const loadPlugin = async (
  deps: ResolveDependencies,
  { record, binding }: AcceptedConfiguration,
  signerKey: VerificationKey,
): Promise<PluginSpec> => {
  const module = await fetchModule(deps, binding.moduleSha256);
  const bytes = await open({ record, binding, openingKeys: deps.keys.openingKeys, signerKey });
  const configuration = parseConfiguration(bytes);
  bytes.fill(0);
  const destinations = destinationsOf(module, binding.factoryClassName, configuration);
  if (destinations.join() !== binding.destinations.join()) {
    throw new ResolveFailure(exitCode.unavailable, 'the module asks for other destinations than its configuration is sealed for');
  }
  const { providerId, revision, factoryClassName } = binding;
  return { providerId, revision, module, factoryClassName, configuration };
};

const fetchModule = async ({ backend }: ResolveDependencies, sha256: string): Promise<PluginModule> => {
  const module = await readPluginModule(await backend.module(sha256));
  if (module.sha256 !== sha256) {
    throw new ResolveFailure(exitCode.unavailable, 'the backend offers another module than the configuration is sealed for');
  }
  return module;
};

const Configuration = z.record(z.string(), z.string());

const parseConfiguration = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  try {
    return new Map(Object.entries(Configuration.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))));
  } catch {
    // The parser's own text may quote a value.
    throw new ResolveFailure(exitCode.unavailable, 'the sealed configuration has an unknown form: save the provider again');
  }
};
