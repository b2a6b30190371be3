import { defaultCheckSeconds } from '@secret-store/api/schemas';
import { activationHash, verifyActivation } from '@secret-store/sealing';
import { type ProviderConfiguration, verifyConfiguration } from '../../configuration/verify-configuration.ts';
import { exitCode } from '../../errors/exit-code.ts';
import { ResolveFailure } from '../../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

export interface AcceptedConfiguration extends ProviderConfiguration {
  readonly providerId: string;
  /** also grows when the provider goes back to an earlier configuration */
  readonly activationNumber: number;
  /** how old the last look at the vault's version of a secret may be; 0: each use */
  readonly checkSeconds: number;
  /** how long a value serves while the vault cannot be asked; left out: the default */
  readonly staleSeconds: number | undefined;
}

/** Accepts the configuration that the backend signed as a provider's current one, never one with an older activation. */
export const acceptConfiguration = async (
  { marks }: ResolveDependencies,
  { unverified, signerKey }: AcceptedDelivery,
  providerId: string,
): Promise<AcceptedConfiguration> => {
  const offered = Object.hasOwn(unverified.providers, providerId) ? unverified.providers[providerId] : undefined;
  if (!offered)
    throw new ResolveFailure(exitCode.unavailable, `the backend left out the configuration of provider ${providerId}`);
  const activation = verifyActivation(offered.activation, signerKey);
  if (activation.providerId !== providerId) {
    throw new ResolveFailure(
      exitCode.unavailable,
      `the backend sent the configuration of another provider for provider ${providerId}`,
    );
  }
  const configuration = verifyConfiguration(offered, activation);
  await marks.acceptActivation(activation, activationHash(offered.activation));
  const { number: activationNumber, checkSeconds = defaultCheckSeconds, staleSeconds } = activation;
  return { ...configuration, providerId, activationNumber, checkSeconds, staleSeconds };
};

/** How long values of the provider serve in an outage, as the backend signed it with this delivery; left out: the default. */
export const signedStaleSeconds = (
  { unverified, signerKey }: AcceptedDelivery,
  providerId: string,
): number | undefined => {
  const offered = Object.hasOwn(unverified.providers, providerId) ? unverified.providers[providerId] : undefined;
  if (!offered) return undefined;
  const activation = verifyActivation(offered.activation, signerKey);
  return activation.providerId === providerId ? activation.staleSeconds : undefined;
};
