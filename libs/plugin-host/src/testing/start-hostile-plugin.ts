import type { SecretContext } from '@secret-store/provider-sdk';
import type { Isolation } from '../isolation/isolation.ts';
import type { PluginLimits } from '../isolation/plugin-limits.ts';
import type { PluginLog } from '../process/plugin-log.ts';
import { type PluginOptions, type RunningPlugin, startPlugin } from '../start/start-plugin.ts';
import { hostileSource } from './hostile-plugin.ts';
import { pluginModule } from './module-file.ts';
import { recordingLog, sandboxDirectory } from './sandbox-modes.ts';

/** What must never come out: the configuration of the plugin holds it. */
export const token = 'tok-7f3e91-never-shown';

export const context: SecretContext = {
  secretId: 'secret-1',
  algorithmId: 'algorithm-1',
  environmentVariable: 'VALUE',
  version: 1,
};
export const id = (providerKey: string) => ({ getProviderKey: () => providerKey });

const hostileModule = await pluginModule({
  source: hostileSource,
  factories: {
    HostileFactory: {
      displayName: 'Hostile',
      configuration: [{ key: 'token', secret: true }, { key: 'address' }, { key: 'secureAddress' }],
      egress: ['{address}', '{secureAddress}'],
    },
    MissingFactory: { displayName: 'Declared, not exported' },
  },
});

export interface HostileOptions {
  readonly isolation: Isolation;
  readonly configuration?: Record<string, string>;
  readonly limits?: Partial<PluginLimits>;
  readonly log?: PluginLog;
  readonly resolveHost?: PluginOptions['resolveHost'];
  readonly factoryClassName?: string;
  readonly readsOnly?: boolean;
  readonly signal?: AbortSignal;
}

export const startHostilePlugin = ({
  configuration = {},
  factoryClassName = 'HostileFactory',
  ...options
}: HostileOptions): Promise<RunningPlugin> =>
  startPlugin({
    log: recordingLog(),
    sandboxDirectory,
    ...options,
    spec: {
      providerId: 'provider-1',
      module: hostileModule,
      factoryClassName,
      configuration: new Map(Object.entries({ token, ...configuration })),
    },
  });
