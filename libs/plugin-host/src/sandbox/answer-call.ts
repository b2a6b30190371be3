import type { SecretIdentifier, SecretProvider } from '@secret-store/provider-sdk';
import type { ReceivedCall } from '../protocol/call-header.ts';

/** The plugin answered with something that cannot be sent as what the interface says. */
export class BadReturnError extends Error {}

export interface CallAnswer {
  /** undefined becomes null, which the host takes for nothing */
  readonly value: unknown;
  readonly bytes?: Uint8Array;
}

/** Calls the plugin and reduces its answer to plain data. What is right and wrong in it, the host decides. */
export const answerCall = async (
  provider: SecretProvider | undefined,
  message: ReceivedCall,
  value: string,
): Promise<CallAnswer> => {
  if (!provider) throw new BadReturnError();
  const id: SecretIdentifier = { getProviderKey: () => message.providerKey ?? '' };
  const { context } = message;
  switch (message.method) {
    case 'createSecret':
      return { value: keyOf(await provider.createSecret(value, context)) };
    case 'updateSecret':
      return { value: plain(await provider.updateSecret(id, value, context)) };
    case 'deleteSecret':
      return { value: plain(await provider.deleteSecret(id, context)) };
    case 'identifierFor':
      return { value: keyOf(await provider.identifierFor?.(context)) };
    case 'referTo':
      return { value: keyOf(await provider.referTo?.(message.reference ?? '', context)) };
    case 'getSecret': {
      const secret = await provider.getSecret(id, context);
      return { value: plain(secret.getTtl()), bytes: utf8(secret.getValue()) };
    }
    case 'getSecretVersion':
      return { value: plain(await provider.getSecretVersion(id, context)) };
    case 'secretLastUpdated':
      return { value: milliseconds(await provider.secretLastUpdated(id, context)) };
    case 'getTtl':
      return { value: plain(await provider.getTtl()) };
  }
};

const keyOf = (identifier: SecretIdentifier | undefined): string => {
  const key: unknown = identifier?.getProviderKey();
  if (typeof key !== 'string') throw new BadReturnError();
  return key;
};

const plain = (value: unknown): string | number | boolean => {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON would turn such numbers into null
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new BadReturnError();
};

const utf8 = (value: unknown): Uint8Array => {
  // encoding would silently replace an unpaired surrogate
  if (typeof value !== 'string' || !value.isWellFormed()) throw new BadReturnError();
  return Buffer.from(value, 'utf8');
};

const milliseconds = (date: unknown): number => {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) throw new BadReturnError();
  return date.getTime();
};
