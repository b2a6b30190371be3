import { ask } from '../ask.mjs';
import { contentOf, given } from '../configuration-values.mjs';

/** Every API server tells its version to everyone, unless its roles were changed. */
const identifyKubernetes = async (environment) => {
  const url = new URL('/version', environment.TEST_KUBERNETES_API_SERVER);
  const { status, body } = await ask(url, environment.TEST_KUBERNETES_CA_FILE);
  if (status === 401 || status === 403) return 'Kubernetes, which does not tell its version';
  const version = status === 200 ? JSON.parse(body).gitVersion : undefined;
  if (typeof version !== 'string')
    throw new Error(`this is no API server: it answers ${status} to a request for its version`);
  return `Kubernetes ${version}`;
};

export const server = {
  name: 'Kubernetes Secrets',
  variable: 'TEST_KUBERNETES_API_SERVER',
  required: ['TEST_KUBERNETES_API_SERVER', 'TEST_KUBERNETES_NAMESPACE', 'TEST_KUBERNETES_TOKEN'],
  project: 'provider-kubernetes-secrets',
  room: 'libs/provider-kubernetes-secrets',
  module: 'dist/plugins/secret-store-provider-kubernetes-secrets.tgz',
  factory: 'KubernetesSecretsSecretProviderFactory',
  identify: identifyKubernetes,
  authorityFile: 'TEST_KUBERNETES_CA_FILE',
  configurations: (environment) => [
    {
      title: 'service account',
      configuration: {
        api_server: environment.TEST_KUBERNETES_API_SERVER,
        namespace: environment.TEST_KUBERNETES_NAMESPACE,
        token: environment.TEST_KUBERNETES_TOKEN,
        secret_name_prefix: 'conformance-packed',
        reference_names: 'team-*',
        ...given({ ca_certificate: contentOf(environment.TEST_KUBERNETES_CA_FILE) }),
      },
      workerConfiguration: given({ token: environment.TEST_KUBERNETES_WORKER_TOKEN }),
    },
  ],
};
