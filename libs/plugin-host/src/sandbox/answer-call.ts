import type { SecretContext, SecretIdentifier, SecretProvider } from '@secret-store/provider-sdk';
import type { CallMessage } from '../protocol/messages.ts';
import { BadReturnError, booleanOf, keyOf, millisecondsOf, namesOf, secondsOf, textOf, valueOf } from './returned.ts';

export interface CallAnswer {
  readonly value: unknown;
  readonly bytes?: Uint8Array;
}

/**
 * Calls the plugin and reduces its answer to plain data. The host checks it too, but what is too large must be refused here:
 * the host stops a process that sends it.
 */
export const answerCall = async (
  provider: SecretProvider | undefined,
  message: CallMessage,
  context: SecretContext,
  value: string,
): Promise<CallAnswer> => {
  if (!provider) throw new BadReturnError('a provider', provider);
  const id: SecretIdentifier = { getProviderKey: () => message.providerKey ?? '' };
  switch (message.method) {
    case 'createSecret':
      return { value: keyOf(await provider.createSecret(value, context)) };
    case 'updateSecret':
      return { value: textOf(await provider.updateSecret(id, value, context)) };
    case 'deleteSecret':
      return { value: booleanOf(await provider.deleteSecret(id, context)) };
    case 'identifierFor':
      return { value: keyOf(await provider.identifierFor?.(context)) };
    case 'referTo':
      return { value: keyOf(await provider.referTo?.(message.reference ?? '', context)) };
    case 'list':
      return namesOf(await provider.list?.(message.marker));
    case 'rotate':
      return { value: textOf(await provider.rotate?.(id, context)) };
    case 'getSecret': {
      const secret = await provider.getSecret(id, context);
      if (typeof secret?.getValue !== 'function' || typeof secret.getTtl !== 'function')
        throw new BadReturnError('a secret, which has the methods getValue and getTtl', secret);
      return { value: secondsOf(secret.getTtl()), bytes: valueOf(secret.getValue()) };
    }
    case 'getSecretVersion':
      return { value: textOf(await provider.getSecretVersion(id, context)) };
    case 'secretLastUpdated':
      return { value: millisecondsOf(await provider.secretLastUpdated(id, context)) };
    case 'getTtl':
      return { value: secondsOf(await provider.getTtl()) };
  }
};
