import type { Actor } from '../schemas/account.ts';
import type {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  Preparation,
  ProviderConfigurationInput,
  ProviderDetails,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  SecretProviderRequest,
  WorkerConfigurationInput,
} from '../schemas/provider.ts';

export interface ModuleUpload {
  readonly providerId: string;
  readonly bytes: Uint8Array;
  readonly fileName: string;
  /** detached Ed25519 signature, base64 */
  readonly signature?: string | undefined;
  /** given where the module's destinations differ and stored credentials must be given again */
  readonly configuration?: ProviderConfigurationInput | undefined;
  /** the workers' own, which must be given again with each module */
  readonly workerConfiguration?: WorkerConfigurationInput | undefined;
}

export interface ProviderService {
  list(actor: Actor): Promise<ProviderInfo[]>;
  /** enabled ones, for any signed-in user */
  listEnabled(actor: Actor): Promise<ProviderInfo[]>;
  get(actor: Actor, providerId: string): Promise<ProviderInfo>;
  create(actor: Actor, request: SecretProviderRequest): Promise<ProviderInfo>;
  update(actor: Actor, providerId: string, request: SecretProviderRequest): Promise<ProviderInfo>;
  remove(actor: Actor, providerId: string): Promise<void>;
  makeDefault(actor: Actor, providerId: string): Promise<void>;
  /** 8021 with status 400 when no module is uploaded */
  checkModule(actor: Actor, providerId: string): Promise<void>;
  /** verifies without storing anything, for the form */
  inspectModule(actor: Actor, bytes: Uint8Array): Promise<ModuleSummary>;
  uploadModule(actor: Actor, upload: ModuleUpload): Promise<ModuleUploadResult>;
  /** How far the last upload or change of configuration is; null when there is nothing beside what is in force. */
  preparation(actor: Actor, providerId: string): Promise<Preparation | null>;
  /** Tries again what is waiting or has failed. 8021 when there is nothing. */
  retryPreparation(actor: Actor, providerId: string): Promise<ModuleUploadResult>;
  /** Puts the module and configuration before in force again, and keeps the present ones to come back to. 8021 when there are none. */
  goBack(actor: Actor, providerId: string): Promise<ModuleUploadResult>;
  details(actor: Actor, providerId: string): Promise<ProviderDetails>;
  /** of the enabled ones, for any signed-in user */
  offers(actor: Actor): Promise<ProviderOffer[]>;
  status(actor: Actor): Promise<ProviderStatus[]>;
  /** the active module's own words on its factories and keys; null where there is none */
  moduleSummary(actor: Actor, providerId: string): Promise<ModuleSummary | null>;
  isolation(actor: Actor): Promise<PluginIsolation>;
}
