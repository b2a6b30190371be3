import { bundleText } from '@secret-store/bundle';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPlugin, startPlugin } from '../../start/start-plugin.ts';
import { openGrpcVault } from '../../testing/grpc-vault.ts';
import { pluginModule } from '../../testing/module-file.ts';
import { isolations, recordingLog, sandboxDirectory } from '../../testing/sandbox-modes.ts';
import { context, id } from '../../testing/start-hostile-plugin.ts';
import { testCertificate } from '../../testing/test-certificate.ts';

const module = await pluginModule({
  source: await bundleText('libs/plugin-host/src/testing/grpc-plugin.ts', { npmPackages: 'bundled' }),
  factories: {
    GrpcFactory: {
      displayName: 'gRPC',
      configuration: ['address', 'target', 'ca'].map((key) => ({ key })),
      egress: ['{address}'],
    },
  },
});

describe.each(isolations)('in $mode isolation a gRPC library', (isolation) => {
  const vaults: Record<'plain' | 'tls', { port: number; close(): void } | undefined> = {
    plain: undefined,
    tls: undefined,
  };
  const plugins: RunningPlugin[] = [];
  beforeAll(async () => {
    vaults.plain = await openGrpcVault('plain');
    vaults.tls = await openGrpcVault('tls');
  });
  afterAll(async () => {
    await Promise.all(plugins.map((plugin) => plugin.close()));
    vaults.plain?.close();
    vaults.tls?.close();
  });

  const start = async (transport: 'plain' | 'tls', target: (port: number) => string) => {
    const port = vaults[transport]?.port ?? 0;
    const configuration = { address: `http://localhost:${port}`, target: target(port) };
    const plugin = await startPlugin({
      spec: {
        providerId: 'provider-1',
        module,
        factoryClassName: 'GrpcFactory',
        configuration: new Map(
          Object.entries({ ...configuration, ...(transport === 'tls' && { ca: testCertificate }) }),
        ),
      },
      isolation,
      sandboxDirectory,
      log: recordingLog(),
    });
    plugins.push(plugin);
    return plugin;
  };

  test.each(['plain', 'tls'] as const)('reaches its vault by name, %s', async (transport) => {
    const plugin = await start(transport, (port) => `dns:localhost:${port}`);
    expect(await plugin.getSecretVersion(id('one'), context)).toBe('held: one');
  });

  test.each(['plain', 'tls'] as const)(
    'is refused what is not listed, again and again, and the host hears it, %s',
    async (transport) => {
      const plugin = await start(transport, (port) => `dns:vault.example.com:${port}`);
      for (let call = 0; call < 3; call += 1) {
        await expect(plugin.getSecretVersion(id('one'), context)).rejects.toMatchObject({ reason: 'not-in-egress' });
      }
    },
  );
});
