import { randomUUID } from 'node:crypto';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { LiveKubernetes, liveCluster } from './testing/live-kubernetes.ts';
import { providerFor } from './testing/provider-for.ts';

const references = { reference_names: 'team-*' };

describeSecretProvider('a fake cluster', async () => {
  const cluster = await FakeKubernetes.start();
  return {
    backend: providerFor(cluster, references),
    worker: providerFor(cluster, references),
    existing: (value: string) => {
      const data = { value: Buffer.from(value).toString('base64') };
      return Promise.resolve({ reference: cluster.secrets.put(`team-${randomUUID()}`, { data }).name });
    },
    close: () => cluster.close(),
  };
});

if (liveCluster) {
  const cluster = new LiveKubernetes(liveCluster);
  describeSecretProvider('the cluster at TEST_KUBERNETES_API_SERVER', () =>
    Promise.resolve({
      backend: providerFor(cluster, references),
      worker: providerFor(cluster, { ...references, ...cluster.workersConfiguration }),
      existing: (value: string) => cluster.put(`team-${randomUUID()}`, value),
      close: () => cluster.removeAll(),
    }),
  );
} else {
  describe('a real cluster', () => {
    test.skip('set TEST_KUBERNETES_API_SERVER, _NAMESPACE and _TOKEN to run the suite on it', () => undefined);
  });
}
