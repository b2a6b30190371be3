import { defaultCheckSeconds, type ProviderDelivery } from '@secret-store/api/schemas';
import { activationHash, type ProviderActivation, verifyActivation } from '@secret-store/sealing';
import { type ProviderConfiguration, verifyConfiguration } from '../../configuration/verify-configuration.ts';
import { exitCode } from '../../errors/exit-code.ts';
import { OlderThanSeen, ResolveFailure } from '../../errors/resolve-failure.ts';
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
  delivery: AcceptedDelivery,
  providerId: string,
): Promise<AcceptedConfiguration> => {
  const offered = offeredBy(delivery, providerId);
  if (!offered)
    throw new ResolveFailure(exitCode.unavailable, `the backend left out the configuration of provider ${providerId}`);
  const activation = activationOf(delivery, offered, providerId);
  const configuration = verifyConfiguration(offered, activation);
  await marks.acceptActivation(activation, activationHash(offered.activation));
  const { number: activationNumber, checkSeconds = defaultCheckSeconds, staleSeconds } = activation;
  return { ...configuration, providerId, activationNumber, checkSeconds, staleSeconds };
};

/**
 * Accepts the limit for outages that the backend signed for values which the store itself keeps, never an older one. Without any the
 * default counts, unless this worker has seen one.
 */
export const acceptInternalLimit = async (
  { marks }: Pick<ResolveDependencies, 'marks'>,
  delivery: AcceptedDelivery,
): Promise<void> => {
  const providerId = delivery.set.secrets.find(({ sealedHash }) => sealedHash !== null)?.providerId;
  if (providerId === undefined) return;
  const offered = offeredBy(delivery, providerId);
  if (offered) {
    await marks.acceptActivation(activationOf(delivery, offered, providerId), activationHash(offered.activation));
  } else if (marks.hasActivation(providerId)) {
    throw new OlderThanSeen('the backend sent no limit for outages of the internal provider');
  }
};

/** How long values of the provider serve in an outage, as the backend signed it with this delivery; left out: the default. */
export const signedStaleSeconds = (delivery: AcceptedDelivery, providerId: string): number | undefined => {
  const offered = offeredBy(delivery, providerId);
  return offered && activationOf(delivery, offered, providerId).staleSeconds;
};

const offeredBy = (
  { unverified: { providers } }: AcceptedDelivery,
  providerId: string,
): ProviderDelivery | undefined => (Object.hasOwn(providers, providerId) ? providers[providerId] : undefined);

const activationOf = (
  { signerKey }: AcceptedDelivery,
  { activation: envelope }: ProviderDelivery,
  providerId: string,
): ProviderActivation => {
  const activation = verifyActivation(envelope, signerKey);
  if (activation.providerId === providerId) return activation;
  throw new ResolveFailure(
    exitCode.unavailable,
    `the backend sent the configuration of another provider for provider ${providerId}`,
  );
};
