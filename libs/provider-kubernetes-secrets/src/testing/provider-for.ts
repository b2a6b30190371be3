import { randomUUID } from 'node:crypto';
import type { SecretContext } from '@secret-store/provider-sdk';
import { KubernetesSecretsSecretProviderFactory } from '../kubernetes-secrets-secret-provider-factory.ts';
import type { FakeKubernetes } from './fake-kubernetes.ts';

/** A provider for a server, with more or other keys. */
export const providerFor = (
  { configuration }: Pick<FakeKubernetes, 'configuration'>,
  keys: Record<string, string> = {},
) => new KubernetesSecretsSecretProviderFactory().create(new Map(Object.entries({ ...configuration, ...keys })));

export const freshContext = (): SecretContext => ({
  secretId: randomUUID(),
  algorithmId: randomUUID(),
  environmentVariable: 'PASSWORD',
  version: 1,
});
