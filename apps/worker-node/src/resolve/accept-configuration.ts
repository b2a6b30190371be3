import { type ConfigurationBinding, type SealedRecord, verifySealedRecord } from '@secret-store/sealing';
import { exitCode } from '../exit-code.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { ResolveFailure } from './resolve-failure.ts';

export interface AcceptedConfiguration {
  readonly record: SealedRecord;
  readonly binding: ConfigurationBinding;
}

/** Takes a provider's sealed configuration when it is genuine, this provider's, and not an older one. */
export const acceptConfiguration = async (
  { marks }: ResolveDependencies,
  { unverified, signerKey }: AcceptedDelivery,
  providerId: string,
): Promise<AcceptedConfiguration> => {
  const offered = Object.hasOwn(unverified.providers, providerId) ? unverified.providers[providerId] : undefined;
  if (!offered) throw new ResolveFailure(exitCode.unavailable, `the backend left out the configuration of provider ${providerId}`);
  const record = verifySealedRecord({ record: offered.sealedConfiguration, signerKey });
  const { binding } = record;
  if (binding.type !== 'provider-configuration' || binding.providerId !== providerId) {
    throw new ResolveFailure(exitCode.unavailable, `the backend offers provider ${providerId} the configuration of another one`);
  }
  await marks.acceptProviderRevision(providerId, binding.revision);
  return { record, binding };
};
