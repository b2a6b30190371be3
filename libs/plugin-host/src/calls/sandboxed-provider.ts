import type { SecretContext, SecretIdentifier } from '@secret-store/provider-sdk';
import { booleanIn, dateIn, identifierIn, secretIn, textIn, ttlIn } from './answer-values.ts';
import type { AsyncSecretProvider } from './async-secret-provider.ts';
import type { CallResult } from '../process/call-table.ts';
import type { CallMessage } from '../protocol/messages.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { revealsValue } from './reveals-value.ts';

/** Asks the plugin; throws what its answer says went wrong. */
export type Ask = (message: Omit<CallMessage, 'id'>, value?: string) => Promise<CallResult>;

/** The provider interface over `ask`. Everything that comes back is checked before it is passed on. */
export const sandboxedProvider = (
  ask: Ask,
  {
    identifierFor,
    referTo,
    givens,
  }: { readonly identifierFor: boolean; readonly referTo: boolean; readonly givens: readonly string[] },
): AsyncSecretProvider => {
  const refuseRevealing = (identifier: string, value: string, context: SecretContext) => {
    const all = [...givens, context.secretId, context.algorithmId, context.environmentVariable];
    if (revealsValue(identifier, value, all)) throw new PluginFailure('reveals-value');
  };
  const about = (id: SecretIdentifier, context: SecretContext) => ({ providerKey: id.getProviderKey(), context });

  return {
    createSecret: async (value, context) => {
      const identifier = identifierIn(await ask({ method: 'createSecret', context }, value));
      refuseRevealing(identifier.getProviderKey(), value, context);
      return identifier;
    },
    updateSecret: async (id, value, context) => {
      const version = textIn(await ask({ method: 'updateSecret', ...about(id, context) }, value));
      refuseRevealing(version, value, context);
      return version;
    },
    deleteSecret: async (id, context) => booleanIn(await ask({ method: 'deleteSecret', ...about(id, context) })),
    allowsCreate: async () => booleanIn(await ask({ method: 'allowsCreate' })),
    allowsUpdate: async () => booleanIn(await ask({ method: 'allowsUpdate' })),
    allowsDelete: async () => booleanIn(await ask({ method: 'allowsDelete' })),
    ...(identifierFor && {
      identifierFor: async (context: SecretContext) => identifierIn(await ask({ method: 'identifierFor', context })),
    }),
    ...(referTo && {
      referTo: async (reference: string, context: SecretContext) =>
        identifierIn(await ask({ method: 'referTo', reference, context })),
    }),
    getSecret: async (id, context) => secretIn(await ask({ method: 'getSecret', ...about(id, context) })),
    getSecretVersion: async (id, context) => textIn(await ask({ method: 'getSecretVersion', ...about(id, context) })),
    secretLastUpdated: async (id, context) => dateIn(await ask({ method: 'secretLastUpdated', ...about(id, context) })),
    getTtl: async () => ttlIn(await ask({ method: 'getTtl' })),
  };
};
