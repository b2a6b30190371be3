export { InternalSecretProvider, internalProviderId } from './internal-secret-provider.ts';
export type { InternalSecretProviderOptions, Opener, SealedValueStore, Sealer } from './internal-secret-provider.ts';
