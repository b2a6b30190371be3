import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openConnections } from '@secret-store/provider-sdk/http';
import type { AwsConfiguration } from './aws-configuration.ts';

/** The host grants a call 10 s. Giving up earlier lets us report why. */
export const callMilliseconds = 8_500;
const connectMilliseconds = 3_000;

/**
 * AWS's SDK with explicit values for every setting that it would otherwise look up in the environment, in `~/.aws`, or
 * from the machine's metadata service. Uses our connections, which always verify certificates.
 */
export const createClient = ({ endpoint, region, credentials }: AwsConfiguration): SecretsManagerClient => {
  const { http, https } = openConnections({ keepAlive: true });
  return new SecretsManagerClient({
    endpoint,
    region,
    credentials,
    requestHandler: { connectionTimeout: connectMilliseconds, httpAgent: http, httpsAgent: https },
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard',
    disableClockSkewCorrection: false,
    authSchemePreference: ['sigv4'],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'secret-store',
  });
};
