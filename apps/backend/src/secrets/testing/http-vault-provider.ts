import { randomUUID } from 'node:crypto';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';

export interface HttpVaultProviderOptions {
  readonly url: string;
  /** whether an identifier can be found again without having been told */
  readonly isFindable?: boolean;
  readonly allows?: { readonly create?: boolean; readonly update?: boolean; readonly delete?: boolean };
}

/** A provider over the test's vault that runs in the process under test. */
export const httpVaultProvider = ({
  url,
  isFindable = true,
  allows = {},
}: HttpVaultProviderOptions): AsyncSecretProvider => {
  const call = async (method: string, key: string, value = '') => {
    const response = await fetch(`${url}/${encodeURIComponent(key)}`, {
      method,
      ...(value === '' ? {} : { body: value }),
    });
    const body = await response.text();
    if (response.status === 404) throw new SecretNotFoundError();
    if (!response.ok) throw new Error(`${body}: ${value}`);
    return body;
  };
  const provider: AsyncSecretProvider = {
    createSecret: async (value, { secretId }) => {
      const key = isFindable ? `of-${secretId}` : randomUUID();
      await call('POST', key, value);
      return { getProviderKey: () => key };
    },
    updateSecret: (id, value) => call('PUT', id.getProviderKey(), value),
    deleteSecret: async (id) => {
      await call('DELETE', id.getProviderKey());
      return true;
    },
    allowsCreate: async () => allows.create ?? true,
    allowsUpdate: async () => allows.update ?? true,
    allowsDelete: async () => allows.delete ?? true,
    getSecret: () => Promise.reject(new Error('a worker reads')),
    getSecretVersion: () => Promise.reject(new Error('a worker reads')),
    secretLastUpdated: () => Promise.reject(new Error('a worker reads')),
    getTtl: async () => 0,
  };
  return isFindable
    ? { ...provider, identifierFor: async ({ secretId }) => ({ getProviderKey: () => `of-${secretId}` }) }
    : provider;
};
