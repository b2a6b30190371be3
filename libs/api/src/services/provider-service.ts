import type { Actor } from '../schemas/account.ts';
import type {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  ProviderConfigurationInput,
  ProviderInfo,
  ProviderStatus,
  SecretProviderRequest,
} from '../schemas/provider.ts';

export interface ModuleUpload {
  readonly providerId: string;
  readonly bytes: Uint8Array;
  readonly fileName: string;
  /** detached Ed25519 signature, base64 */
  readonly signature?: string | undefined;
  /** given where the module's destinations differ and stored credentials must be given again */
  readonly configuration?: ProviderConfigurationInput | undefined;
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
  status(actor: Actor): Promise<ProviderStatus[]>;
  /** the active module's own words on its factories and keys; null where there is none */
  moduleSummary(actor: Actor, providerId: string): Promise<ModuleSummary | null>;
  isolation(actor: Actor): Promise<PluginIsolation>;
}
