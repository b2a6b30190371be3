import { generateKeyPairSync } from 'node:crypto';
import { ask } from '../ask.mjs';
import { contentOf, given } from '../configuration-values.mjs';

/** Google asks for a token; parlel has its own page, and takes any token. */
const identifyGoogleSecretManager = async (environment) => {
  const endpoint = environment.TEST_GOOGLE_ENDPOINT;
  const parlel = await ask(new URL('/_parlel/health', endpoint));
  if (parlel.status === 200 && JSON.parse(parlel.body).service === 'gcp-secretmanager')
    return "parlel's gcp-secretmanager";
  const { status, body } = await ask(new URL(`/v1/projects/${environment.TEST_GOOGLE_PROJECT_ID}/secrets`, endpoint));
  if (![401, 403].includes(status) || !body.includes('"UNAUTHENTICATED"')) {
    throw new Error(`this is no Secret Manager: it asks for no token, and answers ${status}`);
  }
  return 'Google Cloud Secret Manager';
};

/** For an emulator, which takes any token: Google knows no such account. */
const newAccount = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return JSON.stringify({ client_email: 'test@example.iam.gserviceaccount.com', private_key_id: '1', private_key });
};

export const server = {
  name: 'Google Cloud Secret Manager',
  variable: 'TEST_GOOGLE_ENDPOINT',
  required: ['TEST_GOOGLE_ENDPOINT', 'TEST_GOOGLE_PROJECT_ID'],
  project: 'provider-google-secret-manager',
  room: 'libs/provider-google-secret-manager',
  module: 'dist/plugins/secret-store-provider-google-secret-manager.tgz',
  factory: 'GoogleSecretManagerSecretProviderFactory',
  identify: identifyGoogleSecretManager,
  configurations: (environment) => [
    {
      title: 'service account',
      configuration: {
        endpoint: environment.TEST_GOOGLE_ENDPOINT,
        project_id: environment.TEST_GOOGLE_PROJECT_ID,
        service_account_key: contentOf(environment.TEST_GOOGLE_SERVICE_ACCOUNT_FILE) ?? newAccount(),
        secret_name_prefix: 'conformance-packed-',
        reference_prefix: 'conformance-shared-',
        ...given({ location: environment.TEST_GOOGLE_LOCATION }),
      },
    },
  ],
};
