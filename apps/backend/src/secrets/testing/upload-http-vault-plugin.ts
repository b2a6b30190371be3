import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectIsolation, interfaceVersion, PluginRegistry, writeModuleFile } from '@secret-store/plugin-host';
import type { Dependencies } from '../../dependencies.ts';
import { createProvider } from '../../providers/create-provider.ts';
import { uploadModule } from '../../providers/upload-module.ts';
import { admin } from './backend-fixture.ts';

const sandboxDirectory = fileURLToPath(new URL('../../../../../dist/libs/plugin-host', import.meta.url));

/** The dependencies with real plugins: in the full sandbox where this system has it, else under the permission model alone. */
export const withSandbox = async (deps: Dependencies): Promise<Dependencies> => {
  if (!existsSync(path.join(sandboxDirectory, 'runner.mjs'))) {
    throw new Error('The sandbox is not built. Run "npx nx build plugin-host" first.');
  }
  const isolation = await detectIsolation({ setting: 'auto', sandboxDirectory });
  const plugins = new PluginRegistry({
    isolation,
    sandboxDirectory,
    log: deps.log,
    limits: { deadlineMilliseconds: 5_000 },
  });
  return { ...deps, isolation, sandboxDirectory, plugins };
};

/** Adds the test's plugin as an administrator does. */
export const uploadHttpVaultPlugin = async (deps: Dependencies, vaultUrl: string): Promise<string> => {
  const factoryClassName = 'HttpVaultProviderFactory';
  const { id } = await createProvider(deps, admin, {
    name: 'HTTP vault',
    description: '',
    factoryClassName,
    interfaceVersion,
    configuration: { vault_url: vaultUrl },
    isEnabled: true,
    isDefault: false,
  });
  const secretProvider = {
    interfaceVersion,
    entry: 'plugin.mjs',
    factories: {
      [factoryClassName]: {
        displayName: 'HTTP vault',
        configuration: [{ key: 'vault_url', required: true }],
        egress: ['{vault_url}'],
      },
    },
  };
  const bytes = writeModuleFile(
    new Map([
      [
        'package.json',
        Buffer.from(JSON.stringify({ name: 'http-vault', version: '1.0.0', type: 'module', secretProvider })),
      ],
      ['plugin.mjs', await readFile(new URL('./http-vault-plugin.mjs', import.meta.url))],
    ]),
  );
  await uploadModule(deps, admin, { providerId: id, bytes, fileName: 'http-vault.tgz' });
  return id;
};
