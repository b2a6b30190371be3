import type { ProviderConfigurationInput, ProviderInfo, SecretProviderRequest } from '@secret-store/api/schemas';
import { RequestError } from '../failure.ts';
import type { useTRPCClient } from '../trpc.ts';
import { uploadModule } from '../upload.ts';

interface ProviderSave {
  /** null: it does not exist yet */
  readonly provider: ProviderInfo | null;
  readonly request: SecretProviderRequest;
  readonly file: File | null;
  /** what the module needs besides, when its destinations differ from those of the active one */
  readonly configuration: ProviderConfigurationInput;
  readonly onSaved: (provider: ProviderInfo) => void;
  readonly onProgress: (percent: number) => void;
}

const refused = (message: string) => new RequestError({ code: null, message, fields: {}, reference: null });

/**
 * Two requests: the provider's own data, then its module. `onSaved` is called between them, so that a refused module can be
 * mended and sent again without making a second provider.
 */
export const saveProvider = async (client: ReturnType<typeof useTRPCClient>, save: ProviderSave): Promise<ProviderInfo> => {
  const saved = save.provider
    ? await client.providers.update.mutate({ providerId: save.provider.id, request: save.request })
    : await client.providers.create.mutate(save.request);
  save.onSaved(saved);
  if (!save.file) return saved;

  const result = await uploadModule({
    providerId: saved.id,
    file: save.file,
    configuration: save.provider ? save.configuration : undefined,
    onProgress: save.onProgress,
  });
  // the file was received and does not work: not a success
  if (result.state === 'failed') throw refused(result.message);
  return client.providers.get.query({ providerId: saved.id });
};
