import type { SecretContext, SecretIdentifier } from '@secret-store/provider-sdk';
import { booleanIn, dateIn, identifierIn, namesIn, secretIn, textIn, ttlIn } from './answer-values.ts';
import type { AsyncSecretProvider } from './async-secret-provider.ts';
import type { CallResult } from '../process/call-table.ts';
import type { CallMessage, StartFacts } from '../protocol/messages.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { revealsValue } from './reveals-value.ts';

/** Asks the plugin; throws what its answer says went wrong. */
export type Ask = (message: Omit<CallMessage, 'id'>, value?: string) => Promise<CallResult>;

/**
 * The provider interface over `ask`. Everything that comes back is checked before it is passed on. What the plugin
 * allows is not asked again: it said so at its start.
 */
export const sandboxedProvider = (
  ask: Ask,
  facts: StartFacts,
  /** what the host gave to the plugin, which an identifier may repeat */
  givens: readonly string[],
): AsyncSecretProvider => {
  const refuseRevealing = (identifier: string, value: string, context: SecretContext) => {
    const all = [...givens, context.secretId, context.algorithmId, context.environmentVariable];
    if (revealsValue(identifier, value, all)) throw new PluginFailure('reveals-value');
  };
  return {
    createSecret: async (value, context) => {
      const identifier = identifierIn(await ask({ method: 'createSecret', context }, value));
      refuseRevealing(identifier.getProviderKey(), value, context);
      return identifier;
    },
    updateSecret: async (id, value, context) => {
      const version = textIn(await ask({ method: 'updateSecret', providerKey: id.getProviderKey(), context }, value));
      refuseRevealing(version, value, context);
      return version;
    },
    deleteSecret: async (id, context) =>
      booleanIn(await ask({ method: 'deleteSecret', providerKey: id.getProviderKey(), context })),
    allowsCreate: () => Promise.resolve(facts.allowsCreate),
    allowsUpdate: () => Promise.resolve(facts.allowsUpdate),
    allowsDelete: () => Promise.resolve(facts.allowsDelete),
    ...(facts.identifierFor && {
      identifierFor: async (context: SecretContext) => identifierIn(await ask({ method: 'identifierFor', context })),
    }),
    ...(facts.referTo && {
      referTo: async (reference: string, context: SecretContext) =>
        identifierIn(await ask({ method: 'referTo', reference, context })),
    }),
    ...(facts.list && {
      list: async (marker?: string) => namesIn(await ask({ method: 'list', marker })),
    }),
    ...(facts.rotate && {
      rotate: async (id: SecretIdentifier, context: SecretContext) =>
        textIn(await ask({ method: 'rotate', providerKey: id.getProviderKey(), context })),
    }),
    getSecret: async (id, context) =>
      secretIn(await ask({ method: 'getSecret', providerKey: id.getProviderKey(), context })),
    getSecretVersion: async (id, context) =>
      textIn(await ask({ method: 'getSecretVersion', providerKey: id.getProviderKey(), context })),
    secretLastUpdated: async (id, context) =>
      dateIn(await ask({ method: 'secretLastUpdated', providerKey: id.getProviderKey(), context })),
    getTtl: async () => ttlIn(await ask({ method: 'getTtl' })),
  };
};
