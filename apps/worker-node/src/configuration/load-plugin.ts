import { createHash, type KeyObject } from 'node:crypto';
import {
  destinationsOf,
  type PluginModule,
  type PluginSpec,
  readPluginModule,
  verifyModuleSignature,
} from '@secret-store/plugin-host';
import { type Binding, open } from '@secret-store/sealing';
import { z } from 'zod';
import type { BackendClient } from '../backend/backend-client.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { WorkerKeys } from '../keys/read-worker-keys.ts';
import type { ProviderConfiguration, Sealed } from './verify-configuration.ts';

export interface LoadDependencies {
  readonly backend: Pick<BackendClient, 'module'>;
  readonly keys: Pick<WorkerKeys, 'poolKeys'>;
  /** whose signature a module needs; none: modules need none */
  readonly trustedKeys: readonly KeyObject[];
}

/** Opens a provider's configuration and fetches the module that it is sealed for. */
export const loadPlugin = async (
  deps: LoadDependencies,
  { base, overlay }: ProviderConfiguration,
): Promise<PluginSpec> => {
  const { providerId, moduleSha256, factoryClassName } = base.binding;
  const module = await fetchModule(deps, moduleSha256);
  const configuration = new Map([
    ...(await openEntries(deps, base)),
    ...(overlay ? await openEntries(deps, overlay) : []),
  ]);
  const destinations = destinationsOf(module, factoryClassName, configuration);
  if (destinations.join() !== sealedDestinations({ base, overlay }).join()) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the module asks for other destinations than those that its configuration is sealed for',
    );
  }
  return { providerId, module, factoryClassName, configuration };
};

const sealedDestinations = ({ base, overlay }: ProviderConfiguration): readonly string[] =>
  overlay?.binding.type === 'provider-worker-configuration' ? overlay.binding.destinations : base.binding.destinations;

const fetchModule = async ({ backend, trustedKeys }: LoadDependencies, sha256: string): Promise<PluginModule> => {
  const { bytes, signature } = await backend.module(sha256);
  // before any of it is read
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the backend sent another module than the one that the configuration is sealed for',
    );
  }
  if (trustedKeys.length > 0) verifyModuleSignature(sha256, signature ?? undefined, trustedKeys);
  return readPluginModule(bytes);
};

const openEntries = async (
  { keys }: LoadDependencies,
  { record, hash, binding }: Sealed<Binding>,
): Promise<[string, string][]> => {
  const bytes = await keys.poolKeys.openWith((openingKeys) => open({ record, binding, openingKeys, hash }));
  try {
    return parseEntries(bytes);
  } finally {
    bytes.fill(0);
  }
};

const Configuration = z.record(z.string(), z.string());

const parseEntries = (bytes: Uint8Array): [string, string][] => {
  try {
    return Object.entries(Configuration.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))));
  } catch {
    // The parser's own text may quote a value.
    throw new ResolveFailure(
      exitCode.unavailable,
      'the sealed configuration has an unknown form: save the provider again',
    );
  }
};
