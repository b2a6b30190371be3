import { ask } from '../ask.mjs';
import { given } from '../configuration-values.mjs';

/** moto has its own pages; AWS reports no version, only the id of the request. */
const identifyAwsSecretsManager = async (environment) => {
  const endpoint = environment.TEST_AWS_ENDPOINT;
  const moto = await ask(new URL('/moto-api/data.json', endpoint));
  const { server = '' } = moto.headers;
  if (moto.status === 200 && server.startsWith('Werkzeug/')) return `moto (${server})`;
  if (moto.headers['x-amzn-requestid']) return 'AWS Secrets Manager';
  throw new Error(`this is no Secrets Manager: its answer, ${moto.status}, has no request id of AWS`);
};

const settingsOf = (environment) => ({
  aws_endpoint: environment.TEST_AWS_ENDPOINT,
  aws_region: environment.TEST_AWS_REGION,
  secret_name_prefix: 'conformance-packed/',
  reference_prefix: 'conformance-shared/',
  ...given({ rotation_lambda_arn: environment.TEST_AWS_ROTATION_LAMBDA_ARN }),
});

const withRole = (environment) => ({
  title: 'role',
  configuration: {
    ...settingsOf(environment),
    aws_role_arn: environment.TEST_AWS_ROLE_ARN,
    aws_web_identity_token: environment.TEST_AWS_WEB_IDENTITY_TOKEN_FILE,
    aws_sts_endpoint: environment.TEST_AWS_STS_ENDPOINT,
  },
});

export const server = {
  name: 'AWS Secrets Manager',
  variable: 'TEST_AWS_ENDPOINT',
  required: ['TEST_AWS_ENDPOINT', 'TEST_AWS_REGION', 'TEST_AWS_ACCESS_KEY_ID', 'TEST_AWS_SECRET_ACCESS_KEY'],
  project: 'provider-aws-secrets-manager',
  room: 'libs/provider-aws-secrets-manager',
  module: 'dist/plugins/secret-store-provider-aws-secrets-manager.tgz',
  factory: 'AwsSecretsManagerSecretProviderFactory',
  identify: identifyAwsSecretsManager,
  configurations: (environment) => [
    {
      title: 'access key',
      configuration: {
        ...settingsOf(environment),
        aws_access_key_id: environment.TEST_AWS_ACCESS_KEY_ID,
        aws_secret_access_key: environment.TEST_AWS_SECRET_ACCESS_KEY,
        ...given({ aws_session_token: environment.TEST_AWS_SESSION_TOKEN }),
      },
    },
    ...(environment.TEST_AWS_ROLE_ARN ? [withRole(environment)] : []),
  ],
};
