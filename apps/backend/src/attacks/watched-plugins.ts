import { type AsyncSecretProvider, PluginRegistry, type PluginSpec } from '@secret-store/plugin-host';

type RegistryOptions = ConstructorParameters<typeof PluginRegistry>[0];

/** Runs nothing: notes what would run, with which configuration, and which vault calls it would make. */
export class WatchedPlugins extends PluginRegistry {
  readonly started: { readonly providerId: string; readonly sha256: string; readonly configuration: unknown }[] = [];
  readonly calls: string[] = [];

  constructor(options: RegistryOptions) {
    super(options);
  }

  /** What was noted until now, once. */
  take(): { readonly started: readonly unknown[]; readonly calls: readonly string[] } {
    return { started: this.started.splice(0), calls: this.calls.splice(0) };
  }

  override async provider(
    { providerId }: { providerId: string },
    load: () => Promise<PluginSpec>,
  ): Promise<AsyncSecretProvider> {
    const { module, configuration } = await load();
    this.started.push({ providerId, sha256: module.sha256, configuration: [...configuration] });
    const unused = () => Promise.reject(new Error('not asked here'));
    const note = (call: string, key: string) => this.calls.push(`${providerId} ${call} ${key}`);
    return {
      createSecret: unused,
      updateSecret: async (id) => {
        note('update', id.getProviderKey());
        return 'v';
      },
      deleteSecret: async (id) => {
        note('delete', id.getProviderKey());
        return true;
      },
      allowsCreate: async () => true,
      allowsUpdate: async () => true,
      allowsDelete: async () => true,
      identifierFor: async ({ secretId }) => ({ getProviderKey: () => `vault/${secretId}` }),
      getSecret: unused,
      getSecretVersion: unused,
      secretLastUpdated: unused,
      getTtl: async () => 0,
    };
  }
}
