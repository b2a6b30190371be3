import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsConfiguration } from './aws-configuration.ts';

/** The host gives a call 10 s. To give up before that lets us say why. */
export const callMilliseconds = 8_500;
const connectMilliseconds = 3_000;

/**
 * The SDK with every setting given that it would otherwise look for in the environment, in `~/.aws`, or at the metadata
 * service of the machine.
 */
export function createClient({ endpoint, region, credentials }: AwsConfiguration): SecretsManagerClient {
  return new SecretsManagerClient({
    endpoint,
    region,
    credentials,
    requestHandler: { connectionTimeout: connectMilliseconds },
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard',
    disableClockSkewCorrection: false,
    authSchemePreference: ['sigv4'],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'secret-store',
  });
}
