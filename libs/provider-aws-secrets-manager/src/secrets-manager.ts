import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import { openConnections } from '@secret-store/provider-sdk/http';
import type { AwsConfiguration } from './aws-configuration.ts';

/**
 * AWS's SDK with explicit values for every setting that it would otherwise look up in the environment, in `~/.aws`, or
 * from the machine's metadata service. Uses our connections, which always verify certificates.
 */
export const createClient = ({ endpoint, region, identity }: AwsConfiguration): SecretsManagerClient => {
  const { http, https } = openConnections({ keepAlive: true });
  const settings = {
    region,
    requestHandler: { connectionTimeout: 3_000, httpAgent: http, httpsAgent: https },
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    disableClockSkewCorrection: false,
    authSchemePreference: ['sigv4'],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'secret-store',
  };
  if (!('token' in identity)) return new SecretsManagerClient({ ...settings, endpoint, credentials: identity });
  const { roleArn, token: webIdentityToken, tokenService } = identity;
  const clientConfig = { ...settings, endpoint: tokenService };
  const credentials = fromWebToken({ roleArn, roleSessionName: 'secret-store', webIdentityToken, clientConfig });
  return new SecretsManagerClient({ ...settings, endpoint, credentials });
};
