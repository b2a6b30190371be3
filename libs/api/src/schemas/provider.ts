import { z } from 'zod';
import { preparationSteps } from '../preparation-steps.ts';
import { description, displayName, field, text, timestamp } from './text.ts';

const configurationKey = text(1, 128);
const configurationValue = text(0, 65_536);

/** Values by key; in an update, `null` keeps what is stored. */
export const ProviderConfigurationInput = z
  .record(configurationKey, configurationValue.nullable())
  .meta({ id: 'ProviderConfigurationInput' });
export type ProviderConfigurationInput = z.infer<typeof ProviderConfigurationInput>;

/**
 * The workers' own values, which stand in for those of `configuration` on workers. Sealed when they are saved, so nothing
 * of them can be kept singly: a map replaces the one before, `null` removes it, left out keeps it.
 */
export const WorkerConfigurationInput = z
  .record(configurationKey, configurationValue)
  .nullable()
  .meta({ id: 'WorkerConfigurationInput' });
export type WorkerConfigurationInput = z.infer<typeof WorkerConfigurationInput>;

/** How old a worker's last look at the vault's version of a secret may be, where a provider says nothing else. */
export const defaultCheckSeconds = 60;
const longestCheckSeconds = 31_536_000;

/** How long what a worker knows of a secret serves while it cannot ask, where neither the secret nor its provider says anything. */
export const defaultStaleSeconds = 86_400;
export const staleSeconds = z.int().min(0).max(longestCheckSeconds);

export const SecretProviderRequest = z
  .strictObject({
    name: displayName,
    description,
    moduleName: text(0, 255).nullable().optional(),
    factoryClassName: z
      .string()
      .regex(
        /^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/,
        'must be the name of an exported class, such as VaultSecretProviderFactory',
      ),
    interfaceVersion: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'must be a version such as 1.0.0'),
    configuration: ProviderConfigurationInput.optional(),
    workerConfiguration: WorkerConfigurationInput.optional(),
    checkSeconds: z
      .int()
      .min(0)
      .max(longestCheckSeconds)
      .optional()
      .describe(
        "how old a worker's last look at the vault's version of a secret may be before it asks again; 0: each use; " +
          'left out: 60 for a new provider, as it is in an update',
      ),
    staleSeconds: staleSeconds
      .optional()
      .describe(
        'how long a worker may go on with what it knows of a secret while it cannot ask the backend or the vault; 0: never; ' +
          'left out: 86400 for a new provider, as it is in an update',
      ),
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
    checkSeconds: z.int(),
    staleSeconds: z.int(),
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
  /** `ready`: can create now; `no-module`: upload one; `failed`: the module does not start with this configuration, or its vault refused or missed the newest write; `disabled` */
  health: z.enum(['ready', 'no-module', 'failed', 'disabled']),
  /** what is wrong and how to fix it; empty when ready */
  message: z.string(),
  /** since when writes of a backend fail, and of which; null where the newest ones worked, or none was made */
  failing: z.object({ since: timestamp, backend: z.string(), isThis: z.boolean() }).nullable(),
  /** one credential serves both sides: the backend could read this vault */
  sharesCredential: z.boolean(),
  secretCount: z.number().int(),
  /** why it cannot become the default; null where it can */
  defaultRefusal: z.string().nullable(),
  /** what may have been left in the vault by writes that could not be settled */
  leftBehind: z.array(
    z.object({
      secretId: z.uuid(),
      environmentVariable: z.string(),
      since: timestamp,
      /** the write that left it: `delete` where the secret was removed without asking the vault */
      kind: z.enum(['create', 'update', 'delete']),
      /** what the provider calls it in the vault; null where it never said */
      place: z.string().nullable(),
      /** null where it is gone */
      algorithm: z.object({ owner: z.string(), name: z.string() }).nullable(),
    }),
  ),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;

const ConfigurationField = z.object({
  key: z.string(),
  label: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean().optional(),
  secret: z.boolean().optional(),
  placeholder: z.string().optional(),
  /** the heading of the optional keys that belong together */
  group: z.string().optional(),
  /** `file`: the value is a path; the host reads the file at each start and gives its content */
  kind: z.enum(['text', 'file']).default('text'),
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

/** A packed module that comes with the store. */
export const ShippedModule = z.object({ file: z.string(), displayName: z.string(), description: z.string() });
export type ShippedModule = z.infer<typeof ShippedModule>;

export const PreparationStep = z.enum(preparationSteps);
export type PreparationStep = z.infer<typeof PreparationStep>;

/** `waiting`: not tried to the end yet, because no worker is online or it takes longer than an answer may. */
export const PreparationState = z.enum(['running', 'waiting', 'failed', 'active']);
export type PreparationState = z.infer<typeof PreparationState>;

/** The answer to an upload. */
export const ModuleUploadResult = z
  .object({
    sha256: z.string(),
    state: PreparationState.exclude(['running']),
    /** the step that it stands at, or that failed */
    step: PreparationStep,
    message: z.string(),
    field: field.optional(),
  })
  .meta({ id: 'ModuleUploadResult' });
export type ModuleUploadResult = z.infer<typeof ModuleUploadResult>;

/** How far a new module or a new configuration is, beside the one that is active. */
export const Preparation = z
  .object({
    providerId: z.uuid(),
    sha256: z.string(),
    moduleName: z.string().nullable(),
    state: PreparationState,
    step: PreparationStep,
    message: z.string(),
    field: field.optional(),
    steps: z.array(
      z.object({
        step: PreparationStep,
        state: z.enum(['done', 'running', 'skipped', 'failed', 'pending']),
        /** why it was skipped, what failed and how to fix it, what was left in the vault; else empty */
        message: z.string(),
        field: field.optional(),
      }),
    ),
    started: timestamp,
    changed: timestamp,
  })
  .meta({ id: 'Preparation' });
export type Preparation = z.infer<typeof Preparation>;

/** The steps of a test of what is active. */
export const testSteps = [
  'configuration',
  'create',
  'read',
  'update',
  'delete',
  'stored',
] as const satisfies PreparationStep[];

/** How the last test of the active version went, which it did not change. */
export const ProviderTest = z.object({
  state: z.enum(['running', 'passed', 'failed']),
  /** the step that it stands at, or that failed */
  step: PreparationStep,
  steps: Preparation.shape.steps,
  started: timestamp,
});
export type ProviderTest = z.infer<typeof ProviderTest>;

const ModuleVersion = z.object({
  sha256: z.string(),
  moduleName: z.string().nullable(),
  packageVersion: z.string(),
  configurationKeys: z.array(z.string()),
  /** when its configuration was saved */
  created: timestamp,
});

/** What the provider's page shows beside `ProviderInfo`. Names and places, no values. */
export const ProviderDetails = z.object({
  providerId: z.uuid(),
  /** of the internal one only the limit for outages can be changed */
  kind: z.enum(['internal', 'plugin']),
  active: ModuleVersion.extend({ destinations: z.array(z.string()) }).nullable(),
  /** what one click goes back to; null where there is nothing */
  previous: ModuleVersion.nullable(),
  preparation: Preparation.nullable(),
  workerConfigurationKeys: z.array(z.string()),
  /** one credential serves both sides: the backend could read this vault */
  sharesCredential: z.boolean(),
});
export type ProviderDetails = z.infer<typeof ProviderDetails>;

/** What a user may do with an enabled provider. */
export const ProviderOffer = z.object({
  providerId: z.uuid(),
  /** whether a user may point at a secret that is in the vault already */
  references: z.boolean(),
  /** why no new secret can be stored there; null where one can */
  unavailable: z.enum(['not-set-up', 'not-working', 'takes-no-secrets']).nullable(),
});
export type ProviderOffer = z.infer<typeof ProviderOffer>;

export const PluginIsolation = z.object({
  mode: z.enum(['bubblewrap', 'namespaces', 'permission']),
  /** shown to administrators; empty in the full sandbox */
  warning: z.string(),
  /** whether a module comes in only with a signature of a trusted key */
  requiresSignature: z.boolean(),
});
export type PluginIsolation = z.infer<typeof PluginIsolation>;
