import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { bundleText } from '@secret-store/bundle';
import { pluginModule } from '../testing/module-file.ts';
import { outermostIsolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { startPlugin } from './start-plugin.ts';

const source = await bundleText('libs/provider-sdk/src/testing/memory-secret-provider.ts', { npmPackages: 'bundled' });
const module = await pluginModule({
  source,
  factories: { MemorySecretProviderFactory: { displayName: 'Memory' } },
});

for (const isolation of outermostIsolations) {
  describeSecretProvider(`the memory provider behind the sandbox, ${isolation.mode}`, async () => {
    const plugin = await startPlugin({
      spec: {
        providerId: 'provider-1',
        module,
        factoryClassName: 'MemorySecretProviderFactory',
        configuration: new Map(),
      },
      isolation,
      sandboxDirectory,
      log: recordingLog(),
    });
    return { backend: plugin, worker: plugin, close: () => plugin.close() };
  });
}
