import type {
  ModuleUploadResult,
  Preparation,
  ProviderConfigurationInput,
  ProviderInfo,
  SecretProviderRequest,
  WorkerConfigurationInput,
} from '@secret-store/api/schemas';
import { uploadModule } from '@/api/upload.ts';
import type { useTRPCClient } from '@/trpc.ts';

type Client = ReturnType<typeof useTRPCClient>;

interface ProviderSave {
  /** null: it does not exist yet */
  readonly provider: ProviderInfo | null;
  readonly request: Omit<SecretProviderRequest, 'configuration' | 'workerConfiguration'>;
  /** left out: it is unchanged */
  readonly configuration?: ProviderConfigurationInput;
  readonly workerConfiguration?: WorkerConfigurationInput;
  readonly file: File | null;
  readonly signature: string;
  readonly onSaved: (provider: ProviderInfo) => void;
  /** when the last preparation before this one started, so that it is not mistaken for this one */
  readonly onBefore: (started: string | null) => void;
  readonly onProgress: (percent: number | null) => void;
}

export interface ProviderSaved {
  readonly provider: ProviderInfo;
  /** null: nothing had to be prepared */
  readonly result: ModuleUploadResult | null;
}

/** The state of a preparation that this request started. */
const resultOf = (preparation: Preparation | null, before: string | null): ModuleUploadResult | null => {
  if (preparation === null || preparation.started === before || preparation.state === 'active') return null;
  const { sha256, state, step, message, field } = preparation;
  return {
    ...{ sha256, state: state === 'running' ? 'waiting' : state, step, message },
    ...(field !== undefined && { field }),
  };
};

/**
 * Two requests: the provider's own data, then its module. `onSaved` is called between them, so that a rejected module can be
 * sent again without creating a second provider. Where a module is there already, the new configuration goes with the new
 * file, because it is not meant for the old one.
 */
export const saveProvider = async (client: Client, save: ProviderSave): Promise<ProviderSaved> => {
  const { provider: known, configuration, workerConfiguration, file } = save;
  const ofModule = {
    ...(configuration === undefined ? {} : { configuration }),
    ...(workerConfiguration === undefined ? {} : { workerConfiguration }),
  };
  const before = known ? ((await client.providers.preparation.query({ providerId: known.id }))?.started ?? null) : null;
  save.onBefore(before);
  const hasModule = known !== null && (known.moduleName !== null || before !== null);
  const goesWithFile = file !== null && hasModule;
  const request = goesWithFile ? save.request : { ...save.request, ...ofModule };
  const saved = known
    ? await client.providers.update.mutate({ providerId: known.id, request })
    : await client.providers.create.mutate(request);
  save.onSaved(saved);
  const providerId = saved.id;
  if (!file) {
    const preparation = known ? await client.providers.preparation.query({ providerId }) : null;
    return { provider: saved, result: resultOf(preparation, before) };
  }

  save.onProgress(0);
  const result = await uploadModule({
    providerId,
    file,
    signature: save.signature,
    ...(goesWithFile ? ofModule : {}),
    // once everything is sent, the store reports the progress
    onProgress: (percent) => save.onProgress(percent < 100 ? percent : null),
  });
  save.onProgress(null);
  return { provider: await client.providers.get.query({ providerId }), result };
};
