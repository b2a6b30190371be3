import { z } from 'zod';
import { description, displayName, text, timestamp } from './text.ts';

const configurationKey = text(1, 128);
const configurationValue = text(0, 65_536);

/** Values by key; in an update, `null` keeps what is stored. */
export const ProviderConfigurationInput = z
  .record(configurationKey, configurationValue.nullable())
  .meta({ id: 'ProviderConfigurationInput' });
export type ProviderConfigurationInput = z.infer<typeof ProviderConfigurationInput>;

export const SecretProviderRequest = z
  .object({
    name: displayName,
    description,
    moduleName: text(0, 255).nullable().optional(),
    factoryClassName: z
      .string()
      .regex(/^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/, 'must be the name of an exported class, such as VaultSecretProviderFactory'),
    interfaceVersion: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'must be a version such as 1.0.0'),
    configuration: ProviderConfigurationInput.optional(),
    isEnabled: z.boolean().optional().describe('left out: true for a new provider, as it is in an update'),
    isDefault: z.boolean().optional().describe('left out: false for a new provider, as it is in an update'),
  })
  .meta({ id: 'SecretProviderRequest' });
export type SecretProviderRequest = z.infer<typeof SecretProviderRequest>;

export const ProviderInfo = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    moduleName: z.string().nullable(),
    factoryClassName: z.string(),
    interfaceVersion: z.string(),
    isEnabled: z.boolean(),
    isDefault: z.boolean(),
    configurationKeys: z.array(z.string()),
    created: timestamp,
    modified: timestamp,
  })
  .meta({ id: 'ProviderInfo' });
export type ProviderInfo = z.infer<typeof ProviderInfo>;

/** What the panel shows of a provider beside `ProviderInfo`. */
export const ProviderStatus = z.object({
  providerId: z.uuid(),
  kind: z.enum(['internal', 'plugin']),
  /** `ready`: can create now; `no-module`: upload one; `failed`: the module does not start with this configuration; `disabled` */
  health: z.enum(['ready', 'no-module', 'failed', 'disabled']),
  /** what is wrong and the mend; empty when ready */
  message: z.string(),
  secretCount: z.number().int(),
  /** what may have been left in the vault by writes that could not be settled */
  leftBehind: z.array(z.object({ secretId: z.uuid(), environmentVariable: z.string(), since: timestamp })),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;

const ConfigurationField = z.object({
  key: z.string(),
  label: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean().optional(),
  secret: z.boolean().optional(),
  placeholder: z.string().optional(),
});

/** What a verified module says of itself. */
export const ModuleSummary = z.object({
  sha256: z.string(),
  packageName: z.string(),
  packageVersion: z.string(),
  interfaceVersion: z.string(),
  factories: z.array(
    z.object({
      className: z.string(),
      displayName: z.string(),
      description: z.string(),
      configuration: z.array(ConfigurationField),
      egress: z.array(z.string()),
    }),
  ),
});
export type ModuleSummary = z.infer<typeof ModuleSummary>;

/** The answer to an upload. */
export const ModuleUploadResult = z
  .object({
    sha256: z.string(),
    state: z.enum(['active', 'waiting', 'failed']),
    step: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ModuleUploadResult' });
export type ModuleUploadResult = z.infer<typeof ModuleUploadResult>;

export const PluginIsolation = z.object({
  mode: z.enum(['bubblewrap', 'permission']),
  /** shown to administrators; empty in the full sandbox */
  warning: z.string(),
});
export type PluginIsolation = z.infer<typeof PluginIsolation>;
