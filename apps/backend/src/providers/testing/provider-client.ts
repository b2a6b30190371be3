import { ModuleUploadResult, ProviderInfo } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import type { Answer, TestBackend } from '../../http/testing/test-backend.ts';

export const providersUrl = '/v1/admin/secret-provider';

export const providerRequest = (change: Record<string, unknown> = {}) => ({
  name: `Provider ${uuid()}`,
  description: 'a test',
  factoryClassName: 'TestFactory',
  interfaceVersion: '1.0.0',
  configuration: { token: 'hunter2-token', address: 'https://vault.example.com:8200' },
  isEnabled: true,
  isDefault: false,
  ...change,
});

/** What a client does over HTTP, as an administrator. */
export const providerClient = (backend: TestBackend) => {
  const add = async (change: Record<string, unknown> = {}): Promise<ProviderInfo> =>
    ProviderInfo.parse((await backend.asAdministrator('POST', providersUrl, providerRequest(change))).json);

  const upload = (url: string, module: Uint8Array, fields: Record<string, string> = {}): Promise<Answer> => {
    const line = 'a-line-between-parts';
    const text = Object.entries(fields).map(
      ([name, value]) => `--${line}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `--${line}\r\ncontent-disposition: form-data; name="provider"; filename="../my plugin<1>.tgz"\r\n\r\n`;
    return backend.request({
      method: 'POST',
      url,
      payload: Buffer.concat([
        Buffer.from(text.join('')),
        Buffer.from(head),
        module,
        Buffer.from(`\r\n--${line}--\r\n`),
      ]),
      headers: {
        authorization: `Simple ${backend.administrator.apiKey}`,
        'content-type': `multipart/form-data; boundary=${line}`,
      },
    });
  };

  return {
    add,
    upload,
    get: async (id: string) => ProviderInfo.parse((await backend.asAdministrator('GET', `${providersUrl}/${id}`)).json),
    update: (id: string, change: Record<string, unknown>) =>
      backend.asAdministrator('POST', `${providersUrl}/${id}`, providerRequest(change)),
    uploadTo: (id: string, module: Uint8Array, fields: Record<string, string> = {}) =>
      upload(`/v1/admin/plugins/secret-provider/${id}`, module, fields),
    makeDefault: (id: string) => backend.asAdministrator('POST', `/v1/admin/plugins/secret-provider/${id}/default`),
    /** a provider with an active module */
    addActive: async (module: Uint8Array, change: Record<string, unknown> = {}): Promise<ProviderInfo> => {
      const provider = await add(change);
      const result = ModuleUploadResult.parse(
        (await upload(`/v1/admin/plugins/secret-provider/${provider.id}`, module)).json,
      );
      if (result.state !== 'active') throw new Error(`the module is not active: ${result.message}`);
      return provider;
    },
  };
};
