import { ConfigurationError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { KubernetesSecretsSecretProviderFactory } from './kubernetes-secrets-secret-provider-factory.ts';
import { clientCertificate } from './testing/certificates.ts';

const sound = { api_server: 'https://kubernetes.default.svc', namespace: 'vault', token: 'sound-token' };

const create = (configuration: Record<string, string>) =>
  new KubernetesSecretsSecretProviderFactory().create(new Map(Object.entries(configuration)));

test.each([
  ['api_server', { api_server: '' }],
  ['api_server', { api_server: 'bad-value.example.com' }],
  ['api_server', { api_server: 'http://bad-value.example.com' }],
  ['api_server', { api_server: 'https://bad-value@example.com' }],
  ['namespace', { namespace: '' }],
  ['namespace', { namespace: 'bad-value/../kube-system' }],
  ['namespace', { namespace: 'Bad-value' }],
  ['namespace', { namespace: `bad-value${'a'.repeat(60)}` }],
  ['token', { token: '' }],
  ['token', { token: 'bad-value with spaces' }],
  ['token_file', { token: '', token_file: 'bad-value\nanother' }],
  ['token_file', { token_file: 'bad-value' }],
  ['client_certificate', { client_certificate: clientCertificate.cert }],
  ['client_certificate', { token: '', client_certificate: 'bad-value' }],
  ['client_key', { token: '', client_certificate: clientCertificate.cert }],
  ['ca_certificate', { ca_certificate: 'bad-value' }],
  ['ca_certificate_file', { ca_certificate_file: 'bad-value' }],
  ['ca_certificate_file', { ca_certificate: 'bad-value', ca_certificate_file: 'bad-value' }],
  ['secret_name_prefix', { secret_name_prefix: 'bad-value/' }],
  ['reference_names', { reference_names: 'bad-value/key' }],
  ['reference_names', { reference_names: 'bad-value*x' }],
  ['reference_names', { reference_names: ',' }],
])('%s is refused by its name, without its value: %j', (key, keys) => {
  const refusal = () => create({ ...sound, ...keys });
  expect(refusal).toThrow(ConfigurationError);
  expect(refusal).toThrow(expect.objectContaining({ key, message: expect.not.stringContaining('bad-value') }));
});

test('an address may have a path, as that of a proxy in front of several clusters has', () => {
  expect(() => create({ ...sound, api_server: 'https://rancher.example.com/k8s/clusters/c-1/' })).not.toThrow();
});
