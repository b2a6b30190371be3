import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientCertificate, clusterAuthority } from './testing/certificates.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { freshContext, providerFor } from './testing/provider-for.ts';
import { conflicted, failure, tooManyRequests } from './testing/statuses.ts';

let cluster: FakeKubernetes;

beforeAll(async () => {
  cluster = await FakeKubernetes.start();
});

beforeEach(() => cluster.reset());

afterAll(() => cluster.close());

const update = (keys: Record<string, string> = {}): Promise<unknown> => {
  const provider = providerFor(cluster, keys);
  const context = freshContext();
  return Promise.resolve(provider.updateSecret(provider.identifierFor(context), 'value-to-store', context));
};

const causes = (reason: string, field: string) => ({ causes: [{ reason, field, message: 'value-to-store' }] });

test.each([
  [302, failure(302, '', ''), 'redirected'],
  [400, failure(400, 'BadRequest', ''), 'unexpected-answer'],
  [409, conflicted('a'), 'conflict'],
  [410, failure(410, 'Expired', ''), 'conflict'],
  [413, failure(413, 'RequestEntityTooLarge', ''), 'too-large'],
  [422, failure(422, 'Invalid', '', causes('FieldValueForbidden', 'data')), 'not-permitted'],
  [422, failure(422, 'Invalid', '', causes('FieldValueInvalid', 'metadata.name')), 'unexpected-answer'],
  [422, failure(422, 'Invalid', '', {}), 'conflict'],
  [500, failure(500, 'InternalError', ''), 'unavailable'],
  [503, failure(503, 'ServiceUnavailable', ''), 'unavailable'],
  [504, failure(504, 'Timeout', ''), 'unavailable'],
  [200, { status: 200, body: { kind: 'Secret' } }, 'unexpected-answer'],
  [200, { status: 200, body: '<html>' }, 'unexpected-answer'],
])('an answer %i: %j is %s, without a word of it', async (_status, answer, problem) => {
  cluster.intercept(() => answer);
  const error = await update().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem });
  expect(JSON.stringify(error) + String(error)).not.toContain('value-to-store');
});

test('a page of a proxy does not pass for a success of any call', async () => {
  const provider = providerFor(cluster);
  const context = freshContext();
  const id = await provider.createSecret('value', context);
  const calls = [
    () => provider.createSecret('value', freshContext()),
    () => provider.updateSecret(id, 'next', context),
    () => provider.deleteSecret(id, context),
    () => provider.getSecret(id, context),
    () => provider.getSecretVersion(id, context),
  ];
  for (const call of calls) {
    cluster.intercept(() => ({ status: 200, body: '<html>' }));
    await expect(call()).rejects.toMatchObject({ problem: 'unexpected-answer' });
  }
  cluster.intercept(
    () => undefined,
    () => ({ status: 200, body: '<html>' }),
  );
  await expect(provider.deleteSecret(id, context)).rejects.toMatchObject({ problem: 'unexpected-answer' });
});

test('a token that the cluster does not know', async () => {
  await expect(update({ token: 'another' })).rejects.toMatchObject({ problem: 'not-authenticated' });
});

test('a right that the role does not grant', async () => {
  cluster.rights = new Set(['get']);
  await expect(update()).rejects.toMatchObject({ problem: 'not-permitted' });
});

describe('what is not there is told apart', () => {
  test('a Secret', async () => {
    await expect(update()).rejects.toThrow(SecretNotFoundError);
  });

  test('a namespace', async () => {
    const create = providerFor(cluster, { namespace: 'other' }).createSecret('value', freshContext());
    await expect(create).rejects.toMatchObject({ problem: 'wrong-engine' });
  });

  test('an API server', async () => {
    cluster.intercept(() => ({ status: 404, body: '404 page not found' }));
    await expect(update()).rejects.toMatchObject({ problem: 'wrong-engine' });
  });
});

test('waits as long as the server asks, and tries again', async () => {
  cluster.intercept(() => tooManyRequests(0));
  await providerFor(cluster).createSecret('value', freshContext());
  expect(cluster.requests).toHaveLength(2);
});

test('says at once that it is throttled where the server asks for more time than a call has', async () => {
  cluster.intercept(() => tooManyRequests(60));
  await expect(update()).rejects.toMatchObject({ problem: 'throttled' });
});

test('repeats a read after a failure that may pass, and never a write', async () => {
  const provider = providerFor(cluster);
  const context = freshContext();
  const id = await provider.createSecret('value', context);
  cluster.intercept(() => failure(503, 'ServiceUnavailable', ''));
  await provider.getSecretVersion(id, context);
  cluster.intercept(() => failure(503, 'ServiceUnavailable', ''));
  await expect(provider.updateSecret(id, 'next', context)).rejects.toMatchObject({ problem: 'unavailable' });
});

test('sends nothing to a server whose certificate its authority did not sign', async () => {
  await expect(update({ ca_certificate: clientCertificate.cert })).rejects.toMatchObject({ problem: 'certificate' });
  await expect(update({ ca_certificate: '' })).rejects.toMatchObject({ problem: 'certificate' });
  expect(cluster.requests).toEqual([]);
});

test('a client certificate identifies the store instead of a token', async () => {
  const { cert: client_certificate, key: client_key } = clientCertificate;
  const provider = providerFor(cluster, { token: '', client_certificate, client_key });
  await provider.createSecret('value', freshContext());
  expect(cluster.requests[0]?.headers.authorization).toBeUndefined();
});

test('token and authority may come from files, which are read again after a minute', async () => {
  const files = { token: '', token_file: cluster.token, ca_certificate: '', ca_certificate_file: clusterAuthority };
  const provider = providerFor(cluster, files);
  await provider.createSecret('value', freshContext());
  expect(provider.getTtl()).toBe(60);
  expect(providerFor(cluster).getTtl()).toBe(0);
});
